import { appendFileSync } from 'node:fs';
import { inspect } from 'node:util';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
type Environment = Readonly<Record<string, string | undefined>>;

const record = new URL(import.meta.url).searchParams.get('record') ?? '';

/** Stands before a task's real handler and writes down what crosses it: its input, its answer, what it throws. */
export function createHandler(environment: Environment): Handler {
  return recorded(environment, (handler) => handler, record);
}

/** Also lets a test stand between the record and the handler. */
export function recorded(environment: Environment, between: (handler: Handler) => Handler, to: string): Handler {
  const task = (environment['AWS_LAMBDA_FUNCTION_NAME'] ?? '').replace('tributary-', '');
  const real = import(`../../../tasks/${task}/handler.ts`).then((module) =>
    between((module as { createHandler(environment: Environment): Handler }).createHandler(environment)),
  );
  const write = (what: string, content: string) => appendFileSync(`${to}.${task}.${what}`, `${content}\n`);
  return async (event, context) => {
    write('input', JSON.stringify(event));
    try {
      const output = await (await real)(event, context);
      write('output', JSON.stringify(output));
      return output;
    } catch (error) {
      write('thrown', inspect(error, { depth: 10, showHidden: true }));
      throw error;
    }
  };
}
