import { ServiceError } from '../wire.ts';
import type { Envelope } from './envelope.ts';
import { compilePath } from './event-path.ts';
import { readJson } from './json.ts';

export interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

export interface TargetInput {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: InputTransformer;
}

/** Throws `ValidationException` for what PutTargets refuses about a target's input. */
export function checkTargetInput(target: TargetInput): void {
  const given = [target.Input, target.InputPath, target.InputTransformer].filter((part) => part !== undefined);
  if (given.length > 1)
    throw new ServiceError(
      'ValidationException',
      'Only one of Input, InputPath, or InputTransformer must be provided for a target.',
    );
  if (target.Input !== undefined && readJson(target.Input) === undefined) {
    throw new ServiceError('ValidationException', 'Input for a target must be valid JSON text.');
  }
  if (target.InputPath !== undefined && target.InputPath !== '') compilePath(target.InputPath);
  if (target.InputTransformer) checkTransformer(target.InputTransformer);
}

const PLACEHOLDER = /<([A-Za-z0-9_.-]+)>/g;

function checkTransformer({ InputPathsMap = {}, InputTemplate }: InputTransformer): void {
  const paths = Object.entries(InputPathsMap);
  if (paths.length > 100) throw new ServiceError('ValidationException', 'InputPathsMap can have at most 100 paths.');
  if (typeof InputTemplate !== 'string' || InputTemplate.length < 1 || InputTemplate.length > 8192) {
    throw new ServiceError('ValidationException', 'InputTemplate must have 1 to 8192 characters.');
  }
  for (const [name, path] of paths) {
    if (name.startsWith('AWS'))
      throw new ServiceError('ValidationException', 'Names in InputPathsMap may not begin with AWS.');
    compilePath(path);
  }
  for (const [, name = ''] of InputTemplate.matchAll(PLACEHOLDER)) {
    if (!name.startsWith('aws.events.') && !Object.hasOwn(InputPathsMap, name)) {
      throw new ServiceError('ValidationException', 'InputTemplate names a placeholder that InputPathsMap lacks.');
    }
  }
}

/** What a target receives, as text (EventBridge user guide, "Amazon EventBridge input transformation"). */
export function targetText(
  target: TargetInput,
  event: Envelope,
  rule: { readonly name: string; readonly arn: string },
): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath) return JSON.stringify(compilePath(target.InputPath)(event) ?? null);
  if (target.InputTransformer) return transform(target.InputTransformer, event, rule);
  return JSON.stringify(event);
}

function transform(
  transformer: InputTransformer,
  event: Envelope,
  rule: { readonly name: string; readonly arn: string },
): string {
  const values: Record<string, unknown> = {
    'aws.events.rule-name': rule.name,
    'aws.events.rule-arn': rule.arn,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.event': withoutDetail(event),
    'aws.events.event.json': event,
  };
  for (const [name, path] of Object.entries(transformer.InputPathsMap ?? {})) values[name] = compilePath(path)(event);
  const template = transformer.InputTemplate;
  return template.replace(PLACEHOLDER, (_whole, name: string, at: number) =>
    render(values[name], isQuoted(template, at)),
  );
}

function withoutDetail(event: Envelope): Omit<Envelope, 'detail'> {
  const { detail: _detail, ...rest } = event;
  return rest;
}

/** Whether the template's place `at` is inside a JSON string. */
function isQuoted(template: string, at: number): boolean {
  return ((template.slice(0, at).match(/(?<!\\)"/g) ?? []).length & 1) === 1;
}

/** Between quotes a value goes in as text; alone, as JSON. What the event lacks leaves nothing, or `null` alone. */
function render(value: unknown, quoted: boolean): string {
  if (!quoted) return JSON.stringify(value ?? null);
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}
