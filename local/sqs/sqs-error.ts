import { ServiceError } from '../wire.ts';

/** Older names that clients of the query protocol know (SQS model, trait `awsQueryError`); others keep their own. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

type SqsErrorCode =
  | keyof typeof QUERY_CODES
  | 'InvalidAttributeName'
  | 'InvalidAttributeValue'
  | 'InvalidMessageContents'
  | 'InvalidParameterValue'
  | 'MissingParameter'
  | 'ReceiptHandleIsInvalid';

/** A refusal of SQS. The text never holds a message's content. */
export function sqsError(code: SqsErrorCode, message: string): ServiceError {
  return new ServiceError(`com.amazonaws.sqs#${code}`, message, 400);
}

/** Value of `x-amzn-query-error`, from which clients take the error's older code. */
export function queryErrorHeader(error: ServiceError): string {
  const code = error.code.split('#').pop() ?? error.code;
  return `${QUERY_CODES[code] ?? code};Sender`;
}
