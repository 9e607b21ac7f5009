import { ACCOUNT, REGION } from '../service.ts';
import { ServiceError } from '../wire.ts';

/** A function of the embedded cloud: a handler module of ours, run in a worker thread. */
export interface LambdaFunction {
  /** `file:` URL of a module that exports `createHandler`. */
  readonly module: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
}

/** What a handler module exports; it is called once per worker and function, like a cold start. */
export type CreateHandler = (environment: Readonly<Record<string, string | undefined>>) => TaskHandler;

export type TaskHandler = (event: unknown, context: TaskContext) => Promise<unknown>;

interface TaskContext {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

export interface FunctionName {
  readonly name: string;
  /** `$LATEST` or `1`: every function here has one published version. */
  readonly version: string;
}

const ARN_HEAD = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:`;
const VERSIONS = ['$LATEST', '1'];

export const functionArn = (name: string): string => `${ARN_HEAD}${name}`;

/**
 * Reads a name, `name:version`, a partial or a full ARN (Lambda API reference, Invoke). Throws
 * `ResourceNotFoundException` for a function or a version that is not there.
 */
export function readFunctionName(
  text: string,
  qualifier: string | undefined,
  known: (name: string) => boolean,
): FunctionName {
  const short = text.startsWith(ARN_HEAD)
    ? text.slice(ARN_HEAD.length)
    : text.replace(new RegExp(`^${ACCOUNT}:function:`), '');
  const [name = '', inName, ...rest] = short.split(':');
  const version = inName ?? qualifier ?? '$LATEST';
  const agrees = inName === undefined || qualifier === undefined || inName === qualifier;
  if (agrees && rest.length === 0 && known(name) && VERSIONS.includes(version)) return { name, version };
  throw new ServiceError('ResourceNotFoundException', 'The function or its version does not exist', 404, {
    Type: 'User',
  });
}
