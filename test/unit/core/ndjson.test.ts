import { describe, expect, it } from 'vitest';
import { parseLines } from '../../../core/ndjson.ts';
import { readJson } from '../../../core/read-json.ts';
import { memoryObjects } from '../../support/memory-ports.ts';

const damaged = '{"family":"CANARYSMITH", given:"CANARYJOHN"}';
const told = (error: unknown): string => {
  const { name, message, stack, cause } = error as Error;
  return JSON.stringify([name, message, stack, String(cause)]);
};

describe('what we stored ourselves', () => {
  it('is read line by line, blank lines passed over', () => {
    expect(parseLines('{"a":1}\n\n2\n')).toEqual([{ a: 1 }, 2]);
    expect(parseLines(undefined)).toEqual([]);
  });

  it('is never quoted by the error that says it is damaged', async () => {
    const objects = memoryObjects();
    await objects.put({ bucket: 'b', key: 'k' }, damaged);
    const errors = [
      await readJson(objects, 'b', 'k').catch((error: unknown) => error),
      await Promise.resolve()
        .then(() => parseLines(damaged))
        .catch((error: unknown) => error),
    ];
    for (const error of errors) {
      expect(error).toMatchObject({ name: 'InternalFault' });
      expect(told(error)).not.toMatch(/CANARY/);
    }
  });
});
