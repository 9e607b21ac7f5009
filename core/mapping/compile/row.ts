import { functionFor, functionTypes, isFunction } from '../function-types.ts';
import type { Call, Condition, Position, Rule } from '../rule.ts';
import { compileAssignments, isBound } from './assignment.ts';
import { parseCondition } from './condition.ts';
import { checkCarries, compileListed, isListed } from './listed.ts';
import type { RowHome } from './position.ts';
import { parsePosition } from './position.ts';
import type { Node } from './problems.ts';
import type { Target } from './target.ts';
import { parseTarget } from './target.ts';
import type { Vocabulary } from './vocabulary.ts';

const KEYS = ['key', 'from', 'to', 'via', 'table', 'set', 'when', 'slot', 'why', 'ignore', 'carries'] as const;
const NO_CALL: Call = { name: '', argument: '' };

/** Compiles the rows of one map; a key may stand only once among them. */
export function compileRows(rows: Node, home: RowHome, root: string, vocabulary: Vocabulary): readonly Rule[] {
  const seen = new Set<string>();
  const note = (node: Node, key: string): void => {
    if (seen.has(key)) node.at('key').fail('row-key', `"${key}" stands twice`);
    seen.add(key);
  };
  return rows.list().flatMap((node) => {
    if (isListed(node)) {
      for (const key of compileListed(node)) note(node, key);
      return [];
    }
    const rule = compileRow(node, home, root, vocabulary);
    if (rule === undefined) return [];
    note(node, rule.key);
    return [rule];
  });
}

function compileRow(node: Node, home: RowHome, root: string, vocabulary: Vocabulary): Rule | undefined {
  node.only('row', ...KEYS);
  const key = node.at('key').text();
  if (!/^[A-Za-z0-9_ .-]+\.[a-z]+\d+$/.test(key)) {
    node.at('key').fail('row-key', 'expected a place and a number, such as PID-5.r1, PID-5.x1');
  }
  checkCarries(node.at('carries'));
  const from = compileFrom(node.at('from'), home);
  const when = compileWhen(node.at('when'), home);
  const set = compileAssignments(node.at('set'), root, vocabulary);
  const ignore = compileIgnore(node);
  const target = compileTarget(node, root, set.length > 0 || ignore);
  if (target === 'failed') return undefined;
  const via = target === undefined ? NO_CALL : compileVia(node, target, vocabulary);
  const table = target === undefined ? undefined : compileTable(node.at('table'), target, vocabulary);
  if (target !== undefined && from.length === 0) node.at('from').fail('from', 'is missing');
  const slot = node.at('slot').text(target?.slot ?? slotOfSet(node, root));
  return {
    key,
    from,
    to: target?.steps ?? [],
    type: target?.type ?? '',
    choice: target?.choice ?? isChoiceSet(node, root),
    ...target?.within,
    via,
    ...(table === undefined ? {} : { table }),
    set,
    ...(when === undefined ? {} : { when }),
    slot,
    ignore,
  };
}

function compileIgnore(node: Node): boolean {
  const ignore = node.at('ignore').flag(false);
  if (ignore && node.at('why').absent) node.at('ignore').fail('why', 'a row that ignores a field says why');
  return ignore;
}

function compileFrom(node: Node, home: RowHome): readonly Position[] {
  const places = Array.isArray(node.value) ? node.list() : node.absent ? [] : [node];
  return places.flatMap((place) => {
    const position = parsePosition(place.text(), home);
    if (position === undefined) place.fail('position', `"${String(place.value)}" is no position here`);
    return position === undefined ? [] : [position];
  });
}

export function compileWhen(node: Node, home: RowHome): Condition | undefined {
  if (node.absent) return undefined;
  const condition = parseCondition(node.text(), home);
  if (!('error' in condition)) return condition;
  node.fail('condition', condition.error);
  return undefined;
}

function compileTarget(node: Node, root: string, optional: boolean): Target | undefined | 'failed' {
  const to = node.at('to');
  if (to.absent) {
    if (!optional) to.fail('target', 'is missing, and the row sets nothing');
    return optional ? undefined : 'failed';
  }
  if (to.value === '$this') {
    return { steps: [], type: root, codes: undefined, targets: undefined, choice: false, within: {}, slot: 'this' };
  }
  const target = parseTarget(root, to.text());
  if (!('error' in target)) return target;
  to.fail('target', `"${String(to.value)}" ${target.error}`);
  return 'failed';
}

const CALL = /^([A-Za-z][A-Za-z0-9-]*)(?:\(([^)]*)\))?$/;

function compileVia(node: Node, target: Target, vocabulary: Vocabulary): Call {
  const via = node.at('via');
  if (via.absent) {
    const name = node.at('table').absent ? functionFor(target.type) : 'text';
    if (name === undefined) via.fail('via', `a target of type ${target.type} needs a datatype map or a function`);
    return { name: name ?? 'text', argument: '' };
  }
  const parts = CALL.exec(via.text());
  const call = { name: parts?.[1] ?? '', argument: parts?.[2] ?? '' };
  const gives = typesOf(call.name, vocabulary);
  if (gives === undefined) via.fail('via', `"${call.name}" is no datatype map and no function`);
  else if (!fits(gives, target))
    via.fail('type', `${call.name} gives ${gives.join(' or ')}, the target is ${target.type}`);
  return call;
}

function typesOf(name: string, vocabulary: Vocabulary): readonly string[] | undefined {
  if (isFunction(name)) return functionTypes[name];
  const map = vocabulary.datatypes.get(name);
  if (map === undefined) return undefined;
  return [map.resource ? `Reference(${map.type})` : map.type];
}

const QUANTITIES = ['Quantity', 'SimpleQuantity', 'Duration', 'Age', 'Count', 'Distance'];

function fits(gives: readonly string[], target: Target): boolean {
  return gives.some((type) => {
    if (type === target.type) return true;
    if (type === 'Quantity') return QUANTITIES.includes(target.type);
    const resource = /^Reference\((.*)\)$/.exec(type)?.[1];
    return resource !== undefined && target.type === 'Reference' && (target.targets?.includes(resource) ?? true);
  });
}

function compileTable(node: Node, target: Target, vocabulary: Vocabulary): string | undefined {
  if (node.absent) return undefined;
  const name = node.text();
  const table = vocabulary.tables.get(name);
  if (table === undefined) node.fail('table', `"${name}" is no code table`);
  if (!['code', 'Coding', 'CodeableConcept', 'string'].includes(target.type)) {
    node.fail('type', `a code table cannot fill an element of type ${target.type}`);
  }
  for (const row of Object.values(table?.codes ?? {})) {
    if (!isBound(target, row.code)) {
      node.fail('binding', `${name} gives "${row.code}", which is not in the required value set ${target.codes}`);
    }
  }
  return name;
}

function firstSet(node: Node, root: string): Target | undefined {
  const path = Object.keys(node.at('set').record())[0];
  const target = path === undefined ? undefined : parseTarget(root, path);
  return target === undefined || 'error' in target ? undefined : target;
}

const slotOfSet = (node: Node, root: string): string => firstSet(node, root)?.slot ?? 'none';
const isChoiceSet = (node: Node, root: string): boolean => firstSet(node, root)?.choice ?? false;
