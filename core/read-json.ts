import type { ObjectStore } from './ports.ts';

const decoder = new TextDecoder();

/** A JSON object of ours; undefined when it is not there. */
export async function readJson<T>(objects: ObjectStore, bucket: string, key: string): Promise<T | undefined> {
  const bytes = await objects.get({ bucket, key });
  return bytes === undefined ? undefined : (JSON.parse(decoder.decode(bytes)) as T);
}
