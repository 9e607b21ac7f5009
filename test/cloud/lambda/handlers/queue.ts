import { appendFileSync } from 'node:fs';

interface Event {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes: Record<string, string>;
  }[];
}

/** Writes what it was given to a file; a body `fail` fails its message, `fail once` only the first time. */
export function createHandler(environment: Readonly<Record<string, string | undefined>>) {
  return async (event: unknown): Promise<unknown> => {
    const { Records } = event as Event;
    appendFileSync(environment['SEEN_FILE'] ?? '', `${JSON.stringify(event)}\n`);
    const failed = Records.filter(
      ({ body, attributes }) =>
        body === 'fail' || (body === 'fail once' && attributes['ApproximateReceiveCount'] === '1'),
    );
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}
