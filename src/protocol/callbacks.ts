/** What the server tells a browser of callbacks. */
export interface CallbacksToClient {
  /** something moved in a campaign: whoever shows it asks again */
  callbacksMoved: () => void;
}
