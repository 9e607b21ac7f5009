/**
 * The second, independent count of what entered: it shares no code with the parsers, so that it can contradict them
 * (a parser that skips a message cannot balance the book).
 */
export interface Counter {
  push(chunk: Uint8Array): void;
  finish(): { readonly messages: number };
}
