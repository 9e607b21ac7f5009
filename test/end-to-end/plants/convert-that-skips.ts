import { createHandler as createConvert } from '../../../tasks/Convert/handler.ts';

interface Event {
  readonly chunk: { readonly frames: readonly (readonly [number, ...unknown[]])[] };
}

/** A Convert with a faulty parser: it loses every tenth message without a word. */
export function createHandler(
  source: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<unknown> {
  const convert = createConvert(source);
  return (event) => {
    const { chunk, ...rest } = event as Event;
    return convert({ ...rest, chunk: { ...chunk, frames: chunk.frames.filter(([ordinal]) => ordinal % 10 !== 0) } });
  };
}
