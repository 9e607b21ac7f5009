import { repeatingList, sharedList } from '../../put.ts';
import type { Step } from '../../rule.ts';
import { word } from './conditions.ts';
import type { MapCode } from './map-code.ts';

/** What is written: the name it has in the code, and what is known of it. */
export interface Written {
  readonly name: string;
  /** Neither an object nor a list: what stands is kept, and nothing is joined. */
  readonly simple: boolean;
}

/** Places in lists, as in `put.ts`: `offset` that of a segment, `spread` that of a repetition. */
export interface ListPlaces {
  readonly offset: string;
  readonly spread: string;
}

/** Statements that write a value at a path, as `linkPut` does. */
export function putCode(
  steps: readonly Step[],
  beside: readonly Step[],
  root: string,
  written: Written,
  places: ListPlaces,
  code: MapCode,
  joins = false,
): string {
  const last = steps.at(-1);
  if (last === undefined) return `join(${root}, ${written.name});`;
  const way = steps.slice(0, -1);
  const first = way.findIndex((step) => step.many);
  const shared = sharedList(steps, beside);
  const inner = last.many || shared >= 0 ? shared : repeatingList(way);
  let at = root;
  const statements = way.map((step, place) => {
    const next = code.fresh('a');
    const parts = [place === first ? places.offset : '0', place === inner ? places.spread : '0'];
    const statement = `const ${next} = ${stepCode(at, step, parts)};`;
    at = next;
    return statement;
  });
  return [...statements, writeCode(at, last, written, joins)].join(' ');
}

function stepCode(at: string, step: Step, parts: readonly string[]): string {
  if (!step.many) return `${at}.${step.name} ??= {}`;
  const given = Math.max(step.index, 1) - 1;
  const place = [String(given), ...parts].filter((part) => part !== '0').join(' + ') || '0';
  if (step.url !== undefined) return `extensionOf(${at}.${step.name} ??= [], ${word(step.url)}, ${place})`;
  return `elementOf(${at}.${step.name} ??= [], ${place})`;
}

function writeCode(at: string, { name, many, index }: Step, { name: value, simple }: Written, joins: boolean): string {
  const held = `${at}.${name}`;
  if (many && index > 0) return `holdAt(${at}, ${word(name)}, ${index}, ${value});`;
  if (many && simple) return `if (${held} === undefined) ${held} = [${value}]; else ${held}.push(${value});`;
  if (many) return `if (${held} === undefined) ${held} = listOf(${value}); else ${held}.push(...listOf(${value}));`;
  if (joins) return `${held} = continued(${held}, ${value});`;
  if (simple) return `${held} ??= ${value};`;
  return `if (${held} === undefined) ${held} = ${value}; else joinHeld(${held}, ${value});`;
}
