import { isMainThread } from 'node:worker_threads';

interface Context {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

/** Answers by what the event asks for; counts how often it was created, to show warm starts. */
let created = 0;

export function createHandler(environment: Readonly<Record<string, string | undefined>>) {
  created += 1;
  let calls = 0;
  const acts: Record<string, (event: Record<string, unknown>, context: Context) => unknown> = {
    echo: (event) => event,
    describe: (_, context) => ({
      created,
      calls,
      inWorker: !isMainThread,
      greeting: environment['GREETING'],
      endpoint: environment['AWS_ENDPOINT_URL'] === process.env['AWS_ENDPOINT_URL'],
      home: process.env['HOME'] ?? 'none',
      arn: context.invokedFunctionArn,
      left: context.getRemainingTimeInMillis(),
    }),
    nothing: () => undefined,
    fail: () => {
      throw Object.assign(new Error('refused'), { name: 'MessageUnreadableError' });
    },
    throwText: () => {
      throw 'plain';
    },
    spin: () => {
      for (;;);
    },
    exit: () => process.exit(3),
    large: () => 'x'.repeat(6 * 1024 * 1024),
    sleep: (event) => new Promise((resolve) => setTimeout(() => resolve('slept'), Number(event['ms']))),
  };
  return async (event: unknown, context: Context): Promise<unknown> => {
    calls += 1;
    const asked = event as Record<string, unknown>;
    return acts[String(asked['act'] ?? 'echo')]?.(asked, context);
  };
}
