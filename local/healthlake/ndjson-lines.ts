/** Largest line that is read: HealthLake takes up to 164 MB, for `Binary` documents. */
const MAX_LINE_BYTES = 164 * 1024 * 1024;

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The lines of an NDJSON file with their 1-based numbers. Split on LF alone: JSON may hold U+2028 raw, which other
 * splitters take for a line end. `undefined` stands for a line that is not UTF-8 or too long.
 */
export async function* ndjsonLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ number: number; text: string | undefined }> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let number = 0;
  const hold = (part: Uint8Array) => {
    size += part.length;
    if (size <= MAX_LINE_BYTES) parts.push(part);
    else parts = [];
  };
  const take = () => {
    const text = size > MAX_LINE_BYTES ? undefined : decode(Buffer.concat(parts));
    parts = [];
    size = 0;
    number += 1;
    return { number, text };
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10, from); end !== -1; end = chunk.indexOf(10, from)) {
      hold(chunk.subarray(from, end));
      yield take();
      from = end + 1;
    }
    hold(chunk.subarray(from));
  }
  if (size > 0) yield take();
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
