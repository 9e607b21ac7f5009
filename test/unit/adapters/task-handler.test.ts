import { readdirSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { asOurError } from '../../../adapters/service-error.ts';
import { taskHandler } from '../../../adapters/task-handler.ts';
import { FaultError, RejectError, RetryError } from '../../../core/errors.ts';
import { parseLines } from '../../../core/ndjson.ts';
import { object, read, text } from '../../../core/shape.ts';

const secret = 'Quillfeather-Zanzibarra';

async function thrownBy(step: () => unknown): Promise<Error> {
  const handler = taskHandler(async () => step());
  return await handler({}).then(
    () => expect.fail('nothing was thrown'),
    (error: Error) => error,
  );
}

test('what JSON.parse quotes of a line does not leave a handler, neither in the text nor in the stack nor as a cause', async () => {
  const error = await thrownBy(() => parseLines(`${secret}|not JSON`));
  expect(inspect(error, { depth: 10 })).not.toContain('Quill');
  expect(error.message).toBe('A stored text of ours is damaged');
  expect(error.name).toBe('InternalFault');
});

test('the text of an unknown error, and a name that somebody chose, do not leave a handler', async () => {
  const planted = Object.assign(new Error(`at core/${secret}.ts:1`), { name: secret, field: secret });
  const error = await thrownBy(() => {
    throw planted;
  });
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('Quill');
  expect(error.message).toMatch(/^Unexpected error at /);
});

test('a thrown text that is no error does not leave a handler', async () => {
  const error = await thrownBy(() => {
    throw secret;
  });
  expect(inspect(error)).not.toContain('Quill');
});

test('errors that the state machines route on pass as they are, but without their cause', async () => {
  const cause = new Error(secret);
  const retry = await thrownBy(() => {
    throw new RetryError('LedgerBusyError', { cause });
  });
  expect(retry.name).toBe('LedgerBusyError');
  expect(inspect(retry, { depth: 10 })).not.toContain('Quill');
  const passing = [new RejectError('FeedUnknownError', 'feed-unknown'), new FaultError('The chunk is gone')];
  for (const error of passing)
    expect(
      await thrownBy(() => {
        throw error;
      }),
    ).toBe(error);
});

test('a refused input and a refused call tell paths and codes, never what was in them', async () => {
  const shape = await thrownBy(() => read(object({ batch: text, chunk: object({}) }), { batch: 7, chunk: secret }));
  expect(shape.message).toBe('Unexpected input: batch: expected a text; chunk: expected an object');
  const refused = Object.assign(new Error(secret), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  const call = await thrownBy(() => {
    throw asOurError(refused);
  });
  expect(call.message).toBe('A call was refused: AccessDenied (403)');
});

test('every task is wrapped', () => {
  const tasks = new URL('../../../tasks/', import.meta.url);
  const bare = readdirSync(tasks).filter(
    (task) => !/return taskHandler\(/.test(readFileSync(new URL(`${task}/handler.ts`, tasks), 'utf8')),
  );
  expect(bare).toEqual([]);
});
