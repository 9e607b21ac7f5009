import { ServiceError } from '../wire.ts';

/** A member's constraints, as HealthLake's service model states them. */
export type Shape =
  | {
      readonly kind: 'string';
      readonly min?: number;
      readonly max?: number;
      readonly pattern?: RegExp;
      readonly oneOf?: readonly string[];
    }
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'list'; readonly of: Shape }
  | {
      readonly kind: 'structure';
      readonly members: Readonly<Record<string, Shape>>;
      readonly required?: readonly string[];
    };

/**
 * Checks a request against its shape. Throws `ValidationException` with every finding, worded as AWS words them; a
 * member that is not in the shape is refused too, because ignoring it would pretend to do what it asks.
 */
export function requireShape(shape: Shape, input: Record<string, unknown>): void {
  const findings = [...violations(shape, input, '')];
  if (findings.length === 0) return;
  const noun = findings.length === 1 ? 'error' : 'errors';
  throw new ServiceError(
    'ValidationException',
    `${findings.length} validation ${noun} detected: ${findings.join('; ')}`,
  );
}

function* violations(shape: Shape, value: unknown, path: string): Generator<string> {
  switch (shape.kind) {
    case 'string':
      yield* stringViolations(shape, value, path);
      return;
    case 'number':
      yield* numberViolations(shape, value, path);
      return;
    case 'list':
      if (!Array.isArray(value)) yield failed(path, 'Member must be a list');
      else
        for (const [index, item] of value.entries()) yield* violations(shape.of, item, `${path}.${index + 1}.member`);
      return;
    case 'structure':
      yield* structureViolations(shape, value, path);
  }
}

function* numberViolations(shape: Extract<Shape, { kind: 'number' }>, value: unknown, path: string): Generator<string> {
  if (typeof value !== 'number' || !Number.isFinite(value)) yield failed(path, 'Member must be a number');
  else if (value < (shape.min ?? -Infinity))
    yield failed(path, `Member must have value greater than or equal to ${shape.min}`);
  else if (value > (shape.max ?? Infinity))
    yield failed(path, `Member must have value less than or equal to ${shape.max}`);
}

function* stringViolations(shape: Extract<Shape, { kind: 'string' }>, value: unknown, path: string): Generator<string> {
  if (typeof value !== 'string') {
    yield failed(path, 'Member must be a string');
    return;
  }
  if (value.length < (shape.min ?? 0))
    yield failed(path, `Member must have length greater than or equal to ${shape.min}`);
  if (value.length > (shape.max ?? Infinity))
    yield failed(path, `Member must have length less than or equal to ${shape.max}`);
  if (shape.pattern && !shape.pattern.test(value)) {
    yield failed(
      path,
      `Member must satisfy regular expression pattern: ${shape.pattern.source.replace(/^\^|\$$/g, '')}`,
    );
  }
  if (shape.oneOf && !shape.oneOf.includes(value))
    yield failed(path, `Member must satisfy enum value set: [${shape.oneOf.join(', ')}]`);
}

function* structureViolations(
  shape: Extract<Shape, { kind: 'structure' }>,
  value: unknown,
  path: string,
): Generator<string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    yield failed(path, 'Member must be a structure');
    return;
  }
  const members = value as Record<string, unknown>;
  for (const name of shape.required ?? []) {
    if (members[name] === undefined || members[name] === null)
      yield failed(join(path, name), 'Member must not be null');
  }
  for (const [name, member] of Object.entries(members)) {
    if (member !== undefined && member !== null) yield* memberViolations(shape.members, name, member, path);
  }
}

function* memberViolations(
  members: Readonly<Record<string, Shape>>,
  name: string,
  member: unknown,
  path: string,
): Generator<string> {
  const known = Object.hasOwn(members, name) ? members[name] : undefined;
  if (known) yield* violations(known, member, join(path, name));
  else yield `Member '${join(path, name)}' is not implemented by the embedded cloud`;
}

function join(path: string, name: string): string {
  const camel = name.charAt(0).toLowerCase() + name.slice(1);
  return path === '' ? camel : `${path}.${camel}`;
}

function failed(path: string, constraint: string): string {
  return `Value at '${path}' failed to satisfy constraint: ${constraint}`;
}
