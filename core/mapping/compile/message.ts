import type { Group } from '../../hl7v2/grammar.ts';
import { parseGrammar } from '../../hl7v2/grammar-parse.ts';
import type { Making, MapUse, MessagePlan } from '../plan-shape.ts';
import { keyKinds } from '../plan-shape.ts';
import type { SegmentMap } from '../rule.ts';
import { compileEntry, compileList, holdsSegment } from './entry.ts';
import { checkCarries, checkOfficial, compileListed, isListed } from './listed.ts';
import type { Node } from './problems.ts';
import { compileReference } from './reference.ts';
import { compileRelation } from './relation.ts';
import { compileWhen } from './row.ts';
import { checkUnread, unreadPlaces } from './unread.ts';

const EMPTY: Group = { name: '', optional: false, many: false, parts: [] };

/** `messages/ORU_R01.yaml`: the group grammar of a structure, and which group makes which resource by which maps. */
export function compileMessage(name: string, node: Node, segments: Readonly<Record<string, SegmentMap>>): MessagePlan {
  node.only(
    'message',
    'structure',
    'official',
    'types',
    'visitEvents',
    'needs',
    'patientGroup',
    'grammar',
    'resources',
    'envelopeOnly',
    'unread',
  );
  checkOfficial(node.at('official'));
  const structure = node.at('structure').text();
  if (structure !== name) node.at('structure').fail('file-name', `expected ${name}`);
  const grammar = parseGrammar(node.at('grammar').text());
  if ('error' in grammar) node.at('grammar').fail('grammar', grammar.error);
  const group = 'error' in grammar ? EMPTY : grammar;
  const needs = node.at('needs');
  for (const [at, segment] of needs.texts().entries()) {
    if (!holdsSegment(group, segment)) needs.at(at).fail('segment', `"${segment}" is not in the grammar`);
  }
  const patientGroup = node.at('patientGroup').text('');
  if (patientGroup !== '' && find(group, [patientGroup]) === undefined) {
    node.at('patientGroup').fail('group', `"${patientGroup}" is no group of the root`);
  }
  const makings = makingsOf(node.at('resources').list(), group, segments);
  checkUnread(node, group, makings, segments);
  return {
    structure,
    types: node.at('types').texts(),
    visitEvents: node.at('visitEvents').texts(),
    needs: needs.texts(),
    patientGroup,
    ...(node.at('envelopeOnly').flag(false) ? { envelopeOnly: true } : {}),
    unread: unreadPlaces(group, makings, segments),
    grammar: group,
    makings,
  };
}

// Rows refer to what stands above them, so names are known in the order of the rows.
function makingsOf(rows: readonly Node[], group: Group, segments: Readonly<Record<string, SegmentMap>>): Making[] {
  const names = new Map<string, string>();
  return rows.flatMap((row) => {
    if (isListed(row)) {
      compileListed(row);
      return [];
    }
    const making = compileMaking(row, group, segments, names);
    if ((names.get(making.as) ?? making.make) !== making.make) row.at('as').fail('name', `"${making.as}" is taken`);
    names.set(making.as, making.make);
    return [making];
  });
}

const KEYS = [
  'key',
  'make',
  'as',
  'id',
  'each',
  'per',
  'around',
  'from',
  'refs',
  'listed',
  'root',
  'entry',
  'list',
  'when',
  'authority',
  'authorities',
  'sole',
  'why',
  'carries',
  'relates',
];

function compileMaking(
  node: Node,
  grammar: Group,
  segments: Readonly<Record<string, SegmentMap>>,
  names: ReadonlyMap<string, string>,
): Making {
  node.only('resource', ...KEYS);
  checkCarries(node.at('carries'));
  const make = node.at('make').text();
  const each = node
    .at('each')
    .text('')
    .split('.')
    .filter((part) => part !== '');
  const group = find(grammar, each);
  if (group === undefined) node.at('each').fail('group', `"${each.join('.')}" is no group of the grammar`);
  const per = node.at('per').text('');
  const around = node.at('around').flag(false);
  const holder = around ? grammar : group;
  if (per !== '' && holder !== undefined && !holdsSegment(holder, per))
    node.at('per').fail('segment', `"${per}" is not there`);
  const listed = node.at('listed');
  const when = compileWhen(node.at('when'), { kind: 'segment', name: '' });
  return {
    key: node.at('key').text(),
    make,
    as: node.at('as').text(make),
    id: node.at('id').oneOf(keyKinds),
    each,
    per,
    ...(around ? { around: true } : {}),
    from: usesOf(node.at('from'), make, segments, groupsAround(grammar, each)).map((use) => {
      const segment = segments[use.map]?.segment ?? '';
      const several = !use.all && use.below !== true && segment !== per && group !== undefined;
      return several && repeats(group, segment) ? { ...use, several } : use;
    }),
    refs: node
      .at('refs')
      .entries()
      .flatMap(([slot, node]) =>
        node.texts().map((name) => compileReference(make, slot, node, names.get(name) ?? name, name)),
      ),
    ...(listed.absent ? {} : { listed: listedIn(listed, make, segments, names) }),
    ...(node.at('root').absent ? {} : { root: node.at('root').text() }),
    ...(node.at('entry').absent ? {} : { entry: compileEntry(node.at('entry'), make) }),
    ...(node.at('list').absent ? {} : { list: compileList(node.at('list'), per, group, names) }),
    ...(when === undefined ? {} : { when }),
    authority: node.at('authority').count(1),
    ...(node.at('relates').absent ? {} : { relates: compileRelation(node.at('relates'), make, names) }),
    ...(node.at('authorities').absent ? {} : { authorities: authoritiesOf(node.at('authorities')) }),
    ...(node.at('sole').flag(false) ? { sole: true } : {}),
  };
}

// `{ status: 2 }`: the filler of an order knows its state, whatever it knows of the rest.
function authoritiesOf(node: Node): Readonly<Record<string, number>> {
  return Object.fromEntries(node.entries().map(([slot, authority]) => [slot, authority.count(1)]));
}

const USE = /^(?:([\w|+]*)\.(?=.*\*$))?(.*?)(\*?)$/;

// `NTE-Observation*` takes every such segment of the group as one list, `.NTE-X*` its own alone, `TIMING.TQ1-X*` those of the
// nearest groups TIMING, `A|B.TQ1-X*` of B where A has none, `A+B.TQ1-X*` of both, `AIP-X**` those of all groups below it;
// `first AIS-X` takes the first that stands in the group, below it or around it.
export function usesOf(
  node: Node,
  make: string,
  segments: Readonly<Record<string, SegmentMap>>,
  around: readonly Group[],
): readonly MapUse[] {
  return node.texts().map((text, at) => {
    const use = useOf(text);
    for (const wanted of use.of?.flat() ?? []) {
      if (!around.some((group) => holdsGroup(group, wanted)))
        node.at(at).fail('group', `"${wanted}" is no group there`);
    }
    const map = segments[use.map];
    if (map === undefined) node.at(at).fail('segment map', `"${use.map}" is no segment map`);
    else if (map.resource !== make) node.at(at).fail('segment map', `${use.map} makes ${map.resource}, not ${make}`);
    return use;
  });
}

function useOf(text: string): MapUse {
  const below = text.endsWith('**') || text.startsWith('first ');
  const [, names, name = '', star] = USE.exec(text.replace(/^first /, '').replace('**', '*')) ?? [];
  const of = names?.split('|').flatMap((set) => (set === '' ? [] : [set.split('+')]));
  return { map: name, all: star === '*', ...(of === undefined ? {} : { of }), ...(below ? { below } : {}) };
}

// `DiagnosticReport.result`, `Encounter.diagnosis.condition by DG1-Encounter`.
export function listedIn(
  node: Node,
  made: string,
  segments: Readonly<Record<string, SegmentMap>>,
  names: ReadonlyMap<string, string>,
): NonNullable<Making['listed']> {
  const parts = /^(\w+)\.([\w.]+)(?: by ([\w-]+))?$/.exec(node.text());
  const [, name = '', path = '', map] = parts ?? [];
  const type = names.get(name) ?? name;
  const { to } = compileReference(type, path, node, made);
  // An element that holds one entry has the slot of its name, in which the first entry stays.
  const single = to.length > 0 && !to.some((step) => step.many);
  if (map !== undefined && segments[map]?.resource !== type) node.fail('segment map', `"${map}" makes no ${type}`);
  return { type: name, to, ...(map === undefined ? {} : { map }), ...(single ? { slot: path } : {}) };
}

/** Whether a group may hold several of a segment, groups within it that repeat left aside. */
function repeats(group: Group, segment: string): boolean {
  return group.parts.some((part) =>
    'parts' in part ? !part.many && repeats(part, segment) : part.many && part.segment === segment,
  );
}

function groupsAround(grammar: Group, each: readonly string[]): readonly Group[] {
  const paths = each.map((_, at) => each.slice(0, at + 1));
  return [[], ...paths].map((path) => find(grammar, path)).filter((group) => group !== undefined);
}

function find(group: Group, path: readonly string[]): Group | undefined {
  let found: Group | undefined = group;
  for (const name of path) {
    found = found?.parts.find((part): part is Group => 'parts' in part && part.name === name);
  }
  return found;
}

function holdsGroup(group: Group, name: string): boolean {
  return group.parts.some((part) => 'parts' in part && (part.name === name || (!part.many && holdsGroup(part, name))));
}
