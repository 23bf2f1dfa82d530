/**
 * Identities that mean something to HTML, shells, terminals, URLs or TypeScript. All are valid in a room.
 */
export const hostileNames: ReadonlyArray<string> = [
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(1)</script>",
  "&lt;b&gt; &#x41;",
  "'; touch /tmp/hostile; '",
  '"; $(touch /tmp/hostile) `touch /tmp/hostile` \\"',
  "$HOME ${HOME} !! ~ * ? [a] {b,c}",
  "@/etc/passwd",
  "=a&b=c#d;e%41",
  "-X DELETE --url x",
  "a\nb\r\nc\td",
  "paste\u001b[201~\ntouch /tmp/hostile\n",
  "*/ // ${x} \\u0041 \u2028\u2029",
  "\u202eecilA\u202c \u2066x\u2069",
  "a\u0000b",
  "👩‍👩‍👧 Zoë",
  "%2F..%2f/..",
  "javascript:alert(1)"
]
