import type { Fields } from './fields.ts';
import type { Findings } from './findings.ts';
import { resourceTypes } from './generated/definitions.ts';
import { readReference } from './references.ts';
import { isPlainProse } from './usual.ts';

/** What a Reference of one element may point to. */
export interface Targets {
  /** The types it may name; undefined when any will do. */
  readonly types: ReadonlySet<string> | undefined;
  /** How most of its texts are written: `Patient/1`. */
  readonly usual: RegExp;
  /** A text that stood: the resources of one message point to the same patient and visit. */
  known: string | undefined;
}

const anyType = resourceTypes.split(' ');
const patterns = new Map<string, RegExp>();
/** Such a text leaves an id behind its type that is no longer than R4 allows. */
const usualLength = 64;

/** What an element may point to whose Reference names these types. */
export function targetsOf(types: readonly string[] | undefined): Targets {
  return {
    types: types === undefined ? undefined : new Set(types),
    usual: patternOf(types ?? anyType),
    known: undefined,
  };
}

function patternOf(types: readonly string[]): RegExp {
  const choice = types.join('|');
  const pattern = patterns.get(choice) ?? new RegExp(`^(?:${choice})/[\\w.-]+$`);
  patterns.set(choice, pattern);
  return pattern;
}

/** Whether this is what most references are, and stands: the address of a resource, with a display or without. */
export function isUsualReference(value: unknown, targets: Targets): boolean {
  const fields = value as Fields;
  let pointed = false;
  for (const name in fields) {
    const field = fields[name];
    if (typeof field !== 'string') return false;
    if (name === 'reference') pointed = isUsualText(field, targets);
    else if (name !== 'display' || !isPlainProse(field)) return false;
  }
  return pointed;
}

function isUsualText(text: string, targets: Targets): boolean {
  if (text === targets.known) return true;
  if (text.length > usualLength || !targets.usual.test(text) || text.includes('_')) return false;
  targets.known = text;
  return true;
}

/** Checks the text of a Reference, and its type against the types that its element may point to. */
export function checkTargets(reference: Fields, types: ReadonlySet<string> | undefined, at: Findings): void {
  const { reference: text, type } = reference as { reference?: unknown; type?: unknown };
  if (typeof type === 'string' && types !== undefined && !types.has(type) && !type.includes(':')) {
    at.report('reference-target', '.type');
  }
  if (typeof text !== 'string' || text.length === 0) return;
  if (text.startsWith('#')) at.noteLocal(text.slice(1));
  const read = readReference(text);
  if (read.form === 'invalid') at.report('reference-invalid', '.reference');
  if (read.form !== 'literal') return;
  if (types !== undefined && !types.has(read.type)) at.report('reference-target', '.reference');
  else if (typeof type === 'string' && type !== read.type) at.report('reference-target', '.type');
}
