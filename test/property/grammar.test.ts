import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Group, GroupNode } from '../../core/hl7v2/grammar.ts';
import { groupSegments } from '../../core/hl7v2/grammar.ts';
import type { Hl7Segment } from '../../core/hl7v2/message.ts';
import { parseMessage } from '../../core/hl7v2/parse.ts';
import { plan } from '../../core/mapping/generated/plan.ts';

const structures = plan.messages.map(({ structure, grammar }) => ({ structure, grammar, names: namesIn(grammar) }));

function namesIn(group: Group): readonly string[] {
  const names = group.parts.flatMap((part) => ('parts' in part ? namesIn(part) : [part.segment]));
  return [...new Set(names)];
}

function segmentsOf(names: readonly string[]): readonly Hl7Segment[] {
  const text = ['MSH|^~\\&|A|B|||20260101||ADT^A01|1|P|2.5', ...names.map((name) => `${name}|1`)].join('\r');
  const message = parseMessage(new TextEncoder().encode(text), {});
  if (!message.ok) throw new Error('no message');
  return message.value.segments;
}

const landed = (node: GroupNode): readonly Hl7Segment[] => [...node.segments, ...node.groups.flatMap(landed)];

/** Segments of a structure in any order and number, with local ones and ones that are none of it. */
const anyOrder = fc.constantFrom(...structures).chain(({ structure, grammar, names }) =>
  fc.record({
    structure: fc.constant(structure),
    grammar: fc.constant(grammar),
    names: fc.array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...names.filter((name) => name !== 'MSH')) },
        { weight: 2, arbitrary: fc.constantFrom('PID', 'PV1', 'NTE', 'OBX', 'ZZ1', 'QQQ') },
      ),
      { maxLength: 24 },
    ),
  }),
);

/** Segments in the order of the structure, each as often as it may stand, with any of the optional ones left out. */
function inOrder(group: Group): fc.Arbitrary<readonly string[]> {
  const parts = group.parts.map((part) => {
    const once = 'parts' in part ? inOrder(part) : fc.constant<readonly string[]>([part.segment]);
    const bounds = { minLength: part.optional ? 0 : 1, maxLength: part.many ? 2 : 1 };
    return fc.array(once, { ...bounds, size: 'max' }).map((all) => all.flat());
  });
  return fc.tuple(...parts).map((all) => all.flat());
}

// Of orders HL7's syntax does not always tell the place: behind SPM an OBX may be of the specimen, of its container or a result,
// behind a prior PID a PV1 may open a prior visit (v2.9 4.4.6, 7.3.11); of results neither since v2.8: ahead of an OBR without
// ORC may stand a participation or the OBX of a document, which look like those of the report before (7.3.1).
const plain = structures.filter(({ structure }) => /^(?:ADT|MDM)_/.test(structure));

describe('the tolerant grammar, over all structures that are mapped', () => {
  test('there are structures to look at', () => {
    expect(structures.length).toBeGreaterThan(20);
  });

  test('each segment lands exactly once, whatever the order', () => {
    fc.assert(
      fc.property(anyOrder, ({ grammar, names }) => {
        const segments = segmentsOf(names);
        const positions = landed(groupSegments(grammar, segments).root).map(({ position }) => position);
        expect(positions.toSorted((left, right) => left - right)).toEqual(segments.map(({ position }) => position));
      }),
      { numRuns: 2000 },
    );
  });

  test('a message of the standard order has nothing to report', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...plain)
          .chain(({ grammar, structure }) => fc.tuple(fc.constant(structure), fc.constant(grammar), inOrder(grammar))),
        ([, grammar, names]) => {
          const { issues } = groupSegments(grammar, segmentsOf(names.slice(1)));
          expect(issues).toEqual([]);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('no group that may stand once stands twice, but to hold what would be lost', () => {
    const twice = (group: Group, node: GroupNode): readonly string[] =>
      group.parts.flatMap((part) => {
        if (!('parts' in part)) return [];
        const held = node.groups.filter(({ name }) => name === part.name);
        const inner = held.flatMap((one) => twice(part, one));
        return part.many || held.length < 2 ? inner : [part.name, ...inner];
      });
    fc.assert(
      fc.property(anyOrder, ({ grammar, names }) => {
        expect(twice(grammar, groupSegments(grammar, segmentsOf(names)).root)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
