/**
 * Starts the console: reads the address, connects to the server, and shows the view.
 */
import { render } from "preact"
import * as Api from "./Api.ts"
import { App } from "./App.tsx"
import * as Connection from "./Connection.ts"
import * as Router from "./Router.ts"
import * as Store from "./Store.ts"

Api.takeToken()
// Before the router's: the token isn't part of the view.
addEventListener("hashchange", () => {
  if (Api.takeToken()) Connection.retry()
})
Router.start()
render(<App />, document.body)
void Connection.run(Store.apply)
