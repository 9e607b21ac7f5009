import { ServiceError } from '../wire.ts';
import { sqsError } from './sqs-error.ts';

type Entry = Readonly<Record<string, unknown>>;

/** The entries of a batch request: 1 to 10, each with an id of its own; throws what SQS throws otherwise. */
export function readBatch(input: Entry): readonly Entry[] {
  const entries = (input['Entries'] ?? []) as Entry[];
  if (entries.length === 0) throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10)
    throw sqsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  const ids = entries.map((entry) => String(entry['Id'] ?? ''));
  if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    throw sqsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  if (new Set(ids).size !== ids.length)
    throw sqsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
  return entries;
}

/** Runs each entry; one that is refused is reported in `Failed` and leaves the others alone. */
export function runBatch(entries: readonly Entry[], run: (entry: Entry) => object) {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry['Id'], ...run(entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id: entry['Id'], SenderFault: true, Code: error.code.split('#').pop(), Message: error.message });
    }
  }
  return { Successful, ...(Failed.length > 0 ? { Failed } : {}) };
}
