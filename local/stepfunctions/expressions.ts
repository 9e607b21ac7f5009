import type jsonata from 'jsonata';
import { awsFunctions, type ExpressionSources } from './expression-functions.ts';
import { StatesError } from './states-error.ts';

/** A build of JSONata: the product runs 2.2, the tests hold it against 2.0.6, which AWS names. */
export type JsonataEngine = (text: string, options?: jsonata.JsonataOptions) => jsonata.Expression;

/** One second per expression is AWS's limit; the others stand for its memory limit, which has no number. */
const LIMITS = { timeout: 1000, stack: 1000, sequence: 1_000_000 };
const DELIMITED = /^\{%([\s\S]*)%\}$/;

export type Bindings = Readonly<Record<string, unknown>>;

export interface Expressions {
  /** The tree of an expression (without its `{% %}`); throws when it does not parse. */
  readonly tree: (text: string) => unknown;
  /**
   * A payload template with every `{% %}` string in it evaluated. Throws `States.QueryEvaluationError` for a failed or
   * undefined expression, at `location`.
   */
  readonly evaluate: (template: unknown, bindings: Bindings, location: string) => Promise<unknown>;
}

/** The text between `{%` and `%}` when the whole string is an expression. */
export function expressionText(value: unknown): string | undefined {
  return typeof value === 'string' ? DELIMITED.exec(value)?.[1] : undefined;
}

export function createExpressions(engine: JsonataEngine, sources: ExpressionSources): Expressions {
  const compiled = new Map<string, jsonata.Expression>();
  const functions = awsFunctions(sources);
  const formatted = engine('$fromMillis($at, $picture, $zone)');

  function compile(text: string): jsonata.Expression {
    const known = compiled.get(text);
    if (known) return known;
    const expression = engine(text, LIMITS);
    for (const [name, { run, signature }] of Object.entries(functions))
      expression.registerFunction(name, run as never, signature);
    const now = (picture?: string, zone?: string) =>
      formatted.evaluate(undefined, { at: sources.now(), picture, zone });
    expression.registerFunction('now', now, '<s?s?:s>');
    compiled.set(text, expression);
    return expression;
  }

  async function evaluateOne(text: string, bindings: Bindings, location: string): Promise<unknown> {
    let result: unknown;
    try {
      result = await compile(text).evaluate(undefined, bindings);
    } catch (error) {
      const { code, position } = error as { code?: string; position?: number };
      const at = position === undefined ? '' : ` at character ${position}`;
      throw failed(`The JSONata expression at '${location}' failed: ${code ?? 'error'}${at}`, location, error);
    }
    if (result === undefined)
      throw failed(`The JSONata expression at '${location}' returned nothing (undefined)`, location);
    return plain(result, location);
  }

  async function evaluate(template: unknown, bindings: Bindings, location: string): Promise<unknown> {
    const text = expressionText(template);
    if (text !== undefined) return evaluateOne(text, bindings, location);
    if (typeof template !== 'object' || template === null) return template;
    if (Array.isArray(template)) {
      return Promise.all(template.map((part, index) => evaluate(part, bindings, `${location}[${index}]`)));
    }
    const parts = await Promise.all(
      Object.entries(template).map(
        async ([key, part]) => [key, await evaluate(part, bindings, `${location}/${key}`)] as const,
      ),
    );
    return Object.fromEntries(parts);
  }

  return { tree: (text) => compile(text).ast(), evaluate };
}

function failed(text: string, location: string, cause?: unknown): StatesError {
  return new StatesError('States.QueryEvaluationError', text, { location, cause });
}

/** JSON only: JSONata's own sequences become plain arrays, and a function inside is an error as in AWS. */
function plain(result: unknown, location: string): unknown {
  const text = JSON.stringify(result, (_, value: unknown) => {
    if (isFunction(value)) throw failed(`The JSONata expression at '${location}' returned a function`, location);
    return value;
  });
  return JSON.parse(text);
}

function isFunction(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'function';
  return '_jsonata_lambda' in value || '_jsonata_function' in value;
}
