/**
 * One participant by bare fetch: no retries, no checks, no types. What any client must cost at least.
 */
export const call = async (baseUrl: string, accountSid: string, authToken: string): Promise<string> => {
  const response = await fetch(`${baseUrl}/v1/Rooms/DailyStandup/Participants/Alice`, {
    headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` }
  })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  const participant = (await response.json()) as { readonly identity: string } // What the server answers.
  return participant.identity
}
