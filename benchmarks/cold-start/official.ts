/**
 * Fetches a participant with the official package. Its HTTP client replaces Twilio's origin with the test server's.
 */
import twilio from "twilio"
import type RequestClient from "twilio/lib/base/RequestClient.js"

export const call = async (baseUrl: string, accountSid: string, authToken: string): Promise<string> => {
  class Redirected extends twilio.RequestClient {
    override request<TData>(options: RequestClient.RequestOptions<TData>) {
      return super.request({ ...options, uri: options.uri.replace("https://video.twilio.com", baseUrl) })
    }
  }
  const client = twilio(accountSid, authToken, { httpClient: new Redirected(), env: {} })
  const { identity } = await client.video.v1.rooms("DailyStandup").participants("Alice").fetch()
  return identity
}
