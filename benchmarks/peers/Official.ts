/**
 * The official package. Its HTTP client replaces Twilio's origin with the server's.
 */
import twilio from "twilio"
import type RequestClient from "twilio/lib/base/RequestClient.js"
import * as Records from "./Records.ts"

export const make = (baseUrl: string): twilio.Twilio => {
  class Redirected extends twilio.RequestClient {
    override request<TData>(options: RequestClient.RequestOptions<TData>) {
      return super.request({ ...options, uri: options.uri.replace("https://video.twilio.com", baseUrl) })
    }
  }
  return twilio(Records.accountSid, "token", { httpClient: new Redirected(), env: {} })
}
