import type { Env } from './env.ts';
import type { Condition, Position, Rule } from './rule.ts';
import type { RunRules } from './sink.ts';

/** A row of a map with the closure that runs it. */
export interface MapRow {
  readonly rule: Rule;
  readonly run: RunRules;
}

/** Shapes and words come from senders, so what is kept of them is bounded. */
const MAX_SHAPES = 512;
const MAX_WORDS = 64;

/** Whether a condition holds when only the selector is known. */
type Verdict = boolean | undefined;

/**
 * The rows of a map as one closure that runs only those that can speak. Messages of a sender have few shapes: which
 * fields are valued, and the word in the field that most conditions ask for (OBX-2). Per shape the rows that can speak are
 * found once; order is kept.
 */
export function runActive(rows: readonly MapRow[], segment: string): RunRules {
  const selector = selectorOf(rows, segment);
  const byWord = new Map<string, Map<number, readonly RunRules[]>>();
  // Segments of one shape often stand one after the other.
  let last = { shape: -1, word: '', active: [] as readonly RunRules[] };
  const find = (env: Env, shape: number): readonly RunRules[] => {
    const word = selector === undefined ? '' : env.text(selector);
    if (shape === last.shape && word === last.word) return last.active;
    const active = look(env, shape, word);
    last = { shape, word, active };
    return active;
  };
  const look = (env: Env, shape: number, word: string): readonly RunRules[] => {
    const shapes = byWord.get(word) ?? new Map<number, readonly RunRules[]>();
    const known = shapes.get(shape);
    if (known !== undefined) return known;
    const active = rows.filter(({ rule }) => canSpeak(rule, env, segment, selector, word)).map(({ run }) => run);
    if (shapes.size < MAX_SHAPES && byWord.size < MAX_WORDS) {
      shapes.set(shape, active);
      byWord.set(word, shapes);
    }
    return active;
  };
  const all = rows.map(({ run }) => run);
  return (env, sink, offset) => {
    const shape = env.shape();
    const active = shape < 0 ? all : find(env, shape);
    for (let at = 0; at < active.length; at += 1) (active[at] as RunRules)(env, sink, offset);
  };
}

// Rows that read nothing, or another segment, can always speak.
function canSpeak(rule: Rule, env: Env, segment: string, selector: Position | undefined, word: string): boolean {
  const asks = !rule.ignore && rule.when !== undefined && selector !== undefined && !readsSame(rule, selector);
  if (asks && verdictOf(rule.when, selector, word) === false) return false;
  const [first] = rule.from;
  if (first === undefined || !isOwn(first, segment)) return true;
  if (env.mayHold(first)) return true;
  return first.kind === 'component' && rule.from.some((at) => env.mayHold(at));
}

// In a row on the selector's own field the condition looks at the repetition at hand.
function readsSame(rule: Rule, selector: Position): boolean {
  const [first] = rule.from;
  return first?.kind === 'field' && selector.kind === 'field' && first.field === selector.field;
}

const isOwn = (at: Position, segment: string): boolean => at.kind === 'component' || isField(at, segment);
const isField = (at: Position, segment: string): boolean => at.kind === 'field' && at.segment === segment;

/** The place that most conditions of a map compare with a word; undefined when hardly any does. */
function selectorOf(rows: readonly MapRow[], segment: string): Position | undefined {
  const counts = new Map<string, { readonly at: Position; count: number }>();
  for (const { rule } of rows) {
    for (const at of rule.when === undefined ? [] : comparedIn(rule.when)) {
      if (!isField(at, segment)) continue;
      const name = nameOf(at);
      const known = counts.get(name) ?? { at, count: 0 };
      known.count += 1;
      counts.set(name, known);
    }
  }
  const best = [...counts.values()].toSorted((a, b) => b.count - a.count)[0];
  return best !== undefined && best.count > 3 ? best.at : undefined;
}

// `OBX-2` and `OBX-2.1` are one place for a comparison of its text.
function nameOf(at: Position): string {
  if (at.kind !== 'field') return '';
  return `${at.segment}-${at.field}.${Math.max(at.component, 1)}.${Math.max(at.sub, 1)}`;
}

function comparedIn(condition: Condition): readonly Position[] {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.of.flatMap(comparedIn);
    case 'not':
      return comparedIn(condition.of);
    case 'in':
    case 'compare':
      return condition.left.kind === 'text' ? [condition.left.at] : [];
    default:
      return [];
  }
}

function verdictOf(condition: Condition | undefined, selector: Position, word: string): Verdict {
  if (condition === undefined) return true;
  switch (condition.op) {
    case 'and':
      return all(
        condition.of.map((part) => verdictOf(part, selector, word)),
        false,
      );
    case 'or':
      return all(
        condition.of.map((part) => verdictOf(part, selector, word)),
        true,
      );
    case 'not': {
      const inner = verdictOf(condition.of, selector, word);
      return inner === undefined ? undefined : !inner;
    }
    case 'in':
      return asksFor(condition.left, selector) ? condition.values.includes(word) : undefined;
    case 'compare':
      return asksFor(condition.left, selector) ? compared(condition.sign, word, condition.right) : undefined;
    default:
      return undefined;
  }
}

/** One part that has the deciding verdict decides; else all must be known. */
function all(verdicts: readonly Verdict[], deciding: boolean): Verdict {
  if (verdicts.includes(deciding)) return deciding;
  return verdicts.includes(undefined) ? undefined : !deciding;
}

const asksFor = (left: { readonly kind: string; readonly at?: Position }, selector: Position): boolean =>
  left.kind === 'text' && left.at !== undefined && nameOf(left.at) === nameOf(selector);

function compared(sign: string, word: string, right: string | number): Verdict {
  if (sign === '=') return word === right;
  return sign === '!=' ? word !== right : undefined;
}
