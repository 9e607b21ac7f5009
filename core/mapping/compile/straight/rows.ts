import { functionFor, isFunction } from '../../function-types.ts';
import { wholeField } from '../../functions.ts';
import { isSingle } from '../../place.ts';
import type { Position, Rule } from '../../rule.ts';
import { spreadOf } from '../../spread.ts';
import type { RowPlace } from './conditions.ts';
import { conditionCode, word } from './conditions.ts';
import type { MapCode } from './map-code.ts';
import { NoForm } from './map-code.ts';
import type { ListPlaces } from './puts.ts';
import { putCode } from './puts.ts';

/** A row within its map: what it reads is there already, as `p1` in a segment and `p` in a value. */
export interface RowCode {
  readonly rule: Rule;
  /** Place in the map, by which closures of the row are asked for. */
  readonly at: number;
}

/** The code of a row that reads nothing. */
export function constantCode({ rule, at }: RowCode, code: MapCode): string {
  const places = { offset: offsetOf(code), spread: '0' };
  const inner = freely(rule, places, code, writeCode({ rule, at }, undefined, places, code));
  return whenever(rule, { field: 0, repetition: '1' }, code, inner);
}

/** The code of a row in the group of its first field: `c` repetitions, the first of them `p1`. */
export function fieldRowCode(row: RowCode, field: number, code: MapCode): string {
  const { rule } = row;
  const spreads = code.isNarrowed(field) ? 'no' : spreadOf(rule);
  if (spreads === 'no') return singleCode(row, field, code);
  const place = { field, repetition: 'n' };
  const turn = turnCode(row, place, { offset: 'o', spread: 'e' }, code, 'e += 1;');
  const last = spreads === 'only' ? 'offset >= 0 ? 1 : c' : 'c';
  const next = `const p = n === 1 ? p1 : env.at(${field}, n);`;
  const report = spreads === 'only' && reports(rule) ? `if (e > 0 && m < c) ${droppedCode(rule, code)}` : '';
  const loop = `for (let n = 1; n <= m; n += 1) { ${next} ${turn} }`;
  return `{ const m = ${last}; let e = 0; ${loop} ${report} }`;
}

// One repetition has a place; what else was sent is told.
function singleCode(row: RowCode, field: number, code: MapCode): string {
  const report = reports(row.rule) && !code.isNarrowed(field) ? `if (c > 1) ${droppedCode(row.rule, code)}` : '';
  const turn = turnCode(row, { field, repetition: '1' }, { offset: 'o', spread: '0' }, code, report);
  return `{ const p = p1; ${turn} }`;
}

const reports = ({ to, via }: Rule): boolean => to.length > 0 && !wholeField.has(via.name);

const droppedCode = (rule: Rule, code: MapCode): string =>
  `run.issue('value-dropped', ${pathCode(rule.from[0], code)}, 'only the first repetition has a place');`;

/** The code of a row over the components of a value `p`. */
export function componentRowCode(row: RowCode, code: MapCode): string {
  const { rule } = row;
  const places = { offset: '0', spread: '0' };
  const turn = turnCode(row, { field: 0, repetition: '1' }, places, code, '');
  const lowest = Math.min(...rule.from.map(componentOf));
  const guarded = (inner: string): string => (lowest < 4 ? inner : `if (p.size >= ${lowest}) { ${inner} }`);
  if (isTextOfOne(rule)) return guarded(turn);
  const speaks = rule.from.map((at) => `${textCode(at)} !== ''`).join(' || ');
  return guarded(`if (${speaks}) { ${turn} }`);
}

const isTextOfOne = ({ from, via, table }: Rule): boolean =>
  from.length === 1 && via.name === 'text' && via.argument === '' && table === undefined;

// One repetition: the condition, the place that is free or taken, the HL7 null, the value.
function turnCode(row: RowCode, place: RowPlace, places: ListPlaces, code: MapCode, wrote: string): string {
  const { rule } = row;
  return whenever(rule, place, code, freely(rule, places, code, valueCode(row, place, places, code, wrote)));
}

function whenever(rule: Rule, place: RowPlace, code: MapCode, inner: string): string {
  return rule.when === undefined ? inner : `if (${conditionCode(rule.when, code, place)}) { ${inner} }`;
}

function freely(rule: Rule, { offset, spread }: ListPlaces, code: MapCode, inner: string): string {
  const choice = rule.choice ? (rule.to[0]?.name ?? rule.set[0]?.to[0]?.name) : undefined;
  const parts = `${word(choice)}, ${rule.to.length > 1}`;
  if (rule.within !== undefined) {
    const [list, own] = rule.to;
    const element = [offset, spread].filter((part) => part !== '0').join(' + ') || '0';
    const asked = [word(list?.name), word(rule.within), element, word(own?.name), rule.to.length > 2];
    return `if (isFreeWithin(${heldCode(rule.slot, code)}, ${asked.join(', ')})) { ${inner} }`;
  }
  if (choice === undefined) return inner;
  if (code.form.into === 'value') return `if (isFreeIn(v, ${word(rule.slot)}, ${parts})) { ${inner} }`;
  return `if (isFree(${heldCode(rule.slot, code)}, ${parts})) { ${inner} }`;
}

function heldCode(slot: string, { form }: MapCode): string {
  if (form.into === 'value') throw new NoForm('a choice in the elements of a value');
  return form.into === 'slots' ? `q[${word(slot)}]?.value` : `sink.held(${word(slot)})`;
}

function valueCode(row: RowCode, place: RowPlace, places: ListPlaces, code: MapCode, wrote: string): string {
  const { rule } = row;
  const [first] = rule.from as readonly [Position];
  const write = (value: string | undefined): string => `${writeCode(row, value, places, code)} ${wrote}`;
  const clear = clearCode(rule, place, code);
  const isSure = first.kind === 'component' && rule.from.length === 1;
  if (rule.to.length === 0 && rule.type === '') {
    return `if (!${isNullCode(first)} && ${placeCode(first, place, code)}.whole() !== '') { ${write(undefined)} }`;
  }
  const value = code.fresh('x');
  if (isTextOfOne(rule)) {
    const text = `const ${value} = ${textCode(first)};`;
    const none = clear === '' ? '' : `else if (${isNullCode(first)}) ${clear}`;
    return `${text} if (${value} !== '') { ${write(value)} } ${none}`;
  }
  const read = `const ${value} = ${readCode(row.rule, place, code)}; if (${value} !== undefined) { ${write(value)} }`;
  // Where a component alone speaks, it has a text.
  if (isSure) return read;
  return clear === ''
    ? `if (!${isNullCode(first)}) { ${read} }`
    : `if (${isNullCode(first)}) ${clear} else { ${read} }`;
}

// A repetition beyond the first clears nothing, nor does a component within a value.
function clearCode({ slot, from }: Rule, place: RowPlace, code: MapCode): string {
  if (code.form.into === 'value' || slot.includes('{')) return '';
  if (code.form.segment === '' && from.length === 1) return '';
  const call = `sink.clear(${word(slot)}, ${placeCode(from[0] as Position, place, code)});`;
  return place.repetition === 'n' ? `{ if (n === 1) ${call} }` : `{ ${call} }`;
}

function isNullCode(at: Position): string {
  const isWhole = at.kind === 'field' && at.component === 0;
  return isWhole ? 'p.isNull()' : `p.isNullAt(${componentOf(at)}, ${subOf(at)})`;
}

function readCode(rule: Rule, place: RowPlace, code: MapCode): string {
  const { via, table, type } = rule;
  const first = placeCode(rule.from[0] as Position, place, code);
  if (table === undefined) return plainReadCode(rule, place, code);
  const linked = code.link(`t.table(${word(table)})`);
  if (type === 'code') return `mappedCode(${first}, run, ${linked})`;
  if (type === 'string') return `mappedText(${first}, run, ${linked})`;
  const sent = via.name === 'text' ? undefined : plainReadCode(rule, place, code);
  if (type !== 'Coding') return `mappedConcept(${first}, run, ${linked}, ${sent})`;
  return `mappedCoding(${first}, run, ${linked}, ${sent === undefined ? undefined : `() => ${sent}`})`;
}

function plainReadCode(rule: Rule, place: RowPlace, code: MapCode): string {
  const { via, from } = rule;
  if (via.name === 'coding') return codingCode(rule);
  const places = from.map((at) => placeCode(at, place, code));
  if (isFunction(via.name)) return `F[${word(via.name)}]([${places.join(', ')}], run, ${word(via.argument)})`;
  return `${code.link(`t.datatype(${word(via.name)})`)}(${places[0]}, run)`;
}

// A coding is made of texts alone, and no place needs to be made for any of them.
function codingCode({ from, via }: Rule): string {
  const texts = [0, 1, 2, 3].map((part) => (from[part] === undefined ? "''" : textCode(from[part])));
  return `codingOf(${texts.join(', ')}, ${word(via.argument)}, run)`;
}

const textCode = (at: Position): string => `p.text(${componentOf(at)}, ${subOf(at)})`;

function placeCode(at: Position, place: RowPlace, code: MapCode): string {
  if (!code.isOwn(at) || at.kind === 'column') throw new NoForm('another segment');
  if (at.kind === 'component') return `p.child(${at.component}, ${at.sub})`;
  const whole = at.field === place.field ? 'p' : firstPlaceCode(at.field, code);
  return at.component === 0 ? whole : `${whole}.child(${at.component}, ${at.sub})`;
}

/** The first repetition of a field, or the one that the map reads; cut once for all rows that read it. */
export function firstPlaceCode(field: number, code: MapCode): string {
  return code.once(`f${field}`, `env.at(${field}, ${code.isNarrowed(field) ? 'env.only' : '1'})`);
}

function writeCode({ rule, at }: RowCode, value: string | undefined, places: ListPlaces, code: MapCode): string {
  const place =
    rule.from.length === 0
      ? 'undefined'
      : placeCode(rule.from[0] as Position, { field: fieldOf(rule), repetition: 'n' }, code);
  const { offset, spread } = places;
  const closure = (): string =>
    `${code.link(`t.write(${at})`)}(${code.form.into === 'value' ? 'sinkOf(v)' : 'sink'}, ${value}, ${place}, ${offset}, ${spread});`;
  if (rule.slot.includes('{')) return closure();
  if (value === undefined && rule.set.length === 0) return '';
  const sets = rule.set.map((item) => {
    const literal = code.fresh('y');
    const simple = typeof item.value !== 'object' || item.value === null;
    const put = putCode(item.to, rule.to, 'f', { name: literal, simple }, places, code);
    return `{ const ${literal} = ${word(item.value)}; ${put} }`;
  });
  const isJoined = rule.via.argument === 'joined';
  const simple = isSimple(rule);
  const put =
    value === undefined ? '' : `{ ${putCode(rule.to, [], 'f', { name: value, simple }, places, code, isJoined)} }`;
  const inner = `${fragmentCode(rule, place, code)} ${put} ${sets.join(' ')}`;
  return mayBeUnmapped(rule)
    ? `if (${value} instanceof UnmappedCode) { ${closure()} } else { ${inner} }`
    : `{ ${inner} }`;
}

/** A value of a primitive type; `time(list)` gives several. */
const isSimple = ({ type, via }: Rule): boolean => functionFor(type) !== undefined && via.argument !== 'list';

const mayBeUnmapped = ({ table, via }: Rule): boolean =>
  table !== undefined || (via.name === 'text' && via.argument === 'currency');

function fragmentCode(rule: Rule, place: string, code: MapCode): string {
  const { form } = code;
  const slot = word(rule.slot);
  if (form.into === 'value') return 'const f = v;';
  if (form.into === 'sink') return `const f = sink.fragment(${slot}, ${place}, '');`;
  const from = rule.from.length === 0 ? 'sink.source' : pathCode(rule.from[0], code);
  return `const f = q[${slot}]?.value ?? (q[${slot}] = opened(${from})).value;`;
}

/** A position as `Place.path` writes it. */
function pathCode(at: Position | undefined, { form }: MapCode): string {
  if (at?.kind !== 'field') throw new NoForm('no field');
  const part = at.component === 0 ? '' : `.${at.component}${at.sub === 0 ? '' : `.${at.sub}`}`;
  const path = `-${at.field}${part}`;
  return isSingle(form.segment) ? word(form.segment + path) : `b + ${word(`]${path}`)}`;
}

const fieldOf = ({ from }: Rule): number => (from[0]?.kind === 'field' ? from[0].field : 0);
const componentOf = (at: Position): number =>
  at.kind === 'field' ? Math.max(at.component, 1) : at.kind === 'component' ? at.component : 0;
const subOf = (at: Position): number => (at.kind === 'column' ? 1 : Math.max(at.sub, 1));
const offsetOf = ({ form }: MapCode): string => (form.into === 'value' ? '0' : 'o');
