/** The value of JSON text, undefined when it is none. The parser's own error is dropped: it would quote the text. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
