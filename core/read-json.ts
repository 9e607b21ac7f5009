import { FaultError } from './errors.ts';
import type { ObjectStore } from './ports.ts';

const decoder = new TextDecoder();

/** A JSON object of ours; undefined when it is not there. */
export async function readJson<T>(objects: ObjectStore, bucket: string, key: string): Promise<T | undefined> {
  const bytes = await objects.get({ bucket, key });
  return bytes === undefined ? undefined : parseJson<T>(decoder.decode(bytes));
}

/** JSON that we wrote ourselves; damaged text is a fault of ours. */
export function parseJson<T>(text: string): T {
  const parsed = attempt(text);
  if (parsed === undefined) throw new FaultError('A stored text of ours is damaged');
  return parsed.value as T;
}

// The engine's own error quotes the text around the mistake, which may be a patient's: it must not get out, not even as a cause.
function attempt(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
