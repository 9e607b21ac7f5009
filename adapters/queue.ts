import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { RetryError } from '../core/errors.ts';
import type { Queue } from '../core/ports.ts';
import { asOurError } from './service-error.ts';

const BATCH = 10;

/** A queue over SQS; sends in tens and fails as a whole when one entry was not taken. */
export function sqsQueue(queueUrl: string, client: SQSClient = new SQSClient({})): Queue {
  return {
    async send(bodies) {
      for (let start = 0; start < bodies.length; start += BATCH) {
        const entries = bodies
          .slice(start, start + BATCH)
          .map((body, index) => ({ Id: String(index), MessageBody: body }));
        const answer = await client
          .send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }))
          .catch((error: unknown) => {
            throw asOurError(error);
          });
        if ((answer.Failed ?? []).length > 0) throw new RetryError('DestinationUnavailableError');
      }
    },
  };
}
