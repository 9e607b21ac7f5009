import { expect, test } from 'vitest';
import type { Group, GroupNode } from '../../../../core/hl7v2/grammar.ts';
import { groupSegments } from '../../../../core/hl7v2/grammar.ts';
import { parseGrammar } from '../../../../core/hl7v2/grammar-parse.ts';
import { parseMessage } from '../../../../core/hl7v2/parse.ts';
import { plan } from '../../../../core/mapping/generated/plan.ts';

const oru = plan.messages.find(({ structure }) => structure === 'ORU_R01')?.grammar;

function grouped(...names: readonly string[]) {
  if (oru === undefined) throw new Error('no grammar');
  return groupedBy(oru, ...names);
}

function groupedBy(grammar: Group, ...names: readonly string[]) {
  const text = ['MSH|^~\\&|A|B|||20260101||ORU^R01|1|P|2.5', ...names.map((name) => `${name}|1`)].join('\r');
  const message = parseMessage(new TextEncoder().encode(text), {});
  if (!message.ok) throw new Error('no message');
  const { root, issues } = groupSegments(grammar, message.value.segments);
  return { shape: shapeOf(root), issues: issues.map(({ code, path }) => `${code} ${path}`) };
}

const shapeOf = (node: GroupNode): string =>
  [...node.segments.map(({ name }) => name), ...node.groups.map((group) => `${group.name}(${shapeOf(group)})`)].join(
    ' ',
  );

test('each order opens a group of its own, with its observations and their notes', () => {
  expect(grouped('PID', 'PV1', 'ORC', 'OBR', 'NTE', 'OBX', 'NTE', 'OBX', 'OBR', 'OBX')).toEqual({
    shape:
      'MSH PATIENT_RESULT(PATIENT(PID VISIT(PV1)) ORDER_OBSERVATION(ORC OBR NTE OBSERVATION(OBX NTE) OBSERVATION(OBX)) ORDER_OBSERVATION(OBR OBSERVATION(OBX)))',
    issues: [],
  });
});

test('a second patient opens a second result', () => {
  expect(grouped('PID', 'OBR', 'OBX', 'PID', 'OBR').shape).toBe(
    'MSH PATIENT_RESULT(PATIENT(PID) ORDER_OBSERVATION(OBR OBSERVATION(OBX))) PATIENT_RESULT(PATIENT(PID) ORDER_OBSERVATION(OBR))',
  );
});

test('an OBX behind SPM belongs to the specimen', () => {
  expect(grouped('PID', 'OBR', 'OBX', 'SPM', 'OBX').shape).toContain('SPECIMEN(SPM SPECIMEN_OBSERVATION(OBX))');
});

test('a visit behind the results is attached to its patient and reported', () => {
  expect(grouped('PID', 'OBR', 'OBX', 'PV1')).toEqual({
    shape: 'MSH PATIENT_RESULT(PATIENT(PID VISIT(PV1)) ORDER_OBSERVATION(OBR OBSERVATION(OBX)))',
    issues: ['segment-unexpected PV1[1]'],
  });
});

test('a local segment stays where it stands without a word; an unknown one is reported', () => {
  expect(grouped('PID', 'ZPI', 'OBR', 'QQQ').issues).toEqual(['segment-unknown QQQ[1]']);
});

test('no segment is lost, whatever the order', () => {
  const names = ['OBX', 'NTE', 'PV1', 'OBR', 'PID', 'SPM', 'ORC', 'DSC', 'ZZZ', 'OBX', 'PID'];
  for (let turn = 0; turn < names.length; turn += 1) {
    const order = [...names.slice(turn), ...names.slice(0, turn)];
    const { shape } = grouped(...order);
    expect(shape.match(/\b[A-Z]{2}[A-Z0-9]\b/g)?.toSorted()).toEqual(['MSH', ...order].toSorted());
  }
});

test.each([
  ['MSH [{SFT}', 'lacks "]"'],
  ['MSH ]', 'closes nothing'],
  ['MSH [A: B] {OBX NTE}', 'without a name'],
  ['MSH $', 'does not know'],
])('the grammar %s is refused', (text, why) => {
  const parsed = parseGrammar(text);
  expect('error' in parsed ? parsed.error : 'accepted').toContain(why);
});

// Hard cases: what senders leave out, repeat or put in another place.
test.each([
  [
    'two patients in a row are two results',
    'PID PID OBR',
    'PATIENT_RESULT(PATIENT(PID)) PATIENT_RESULT(PATIENT(PID) ORDER_OBSERVATION(OBR))',
  ],
  [
    'a second patient with a visit of its own',
    'PID PV1 PID PV1 OBR OBX',
    'PATIENT_RESULT(PATIENT(PID VISIT(PV1))) PATIENT_RESULT(PATIENT(PID VISIT(PV1)) ORDER_OBSERVATION(OBR OBSERVATION(OBX)))',
  ],
  ['a comment before its patient', 'NTE PID OBR', 'PATIENT_RESULT(PATIENT(NTE PID) ORDER_OBSERVATION(OBR))'],
  ['a visit before its patient', 'PV1 PID OBR', 'PATIENT_RESULT(PATIENT(PID VISIT(PV1)) ORDER_OBSERVATION(OBR))'],
  [
    'a result without OBR, which stands where the document of an order does',
    'PID ORC OBX NTE',
    'PATIENT_RESULT(PATIENT(PID) ORDER_OBSERVATION(ORC ORDER_DOCUMENT(DOCUMENT_OBSERVATION(OBX NTE))))',
  ],
  [
    'a visit between two orders',
    'PID OBR OBX PV1 OBR OBX',
    'PATIENT_RESULT(PATIENT(PID VISIT(PV1)) ORDER_OBSERVATION(OBR OBSERVATION(OBX)) ORDER_OBSERVATION(OBR OBSERVATION(OBX)))',
  ],
  [
    'comments everywhere',
    'PID NTE PV1 NTE ORC NTE OBR NTE OBX NTE NTE OBX NTE',
    'PATIENT_RESULT(PATIENT(PID NTE NTE VISIT(PV1)) ORDER_OBSERVATION(ORC NTE OBR NTE OBSERVATION(OBX NTE NTE) OBSERVATION(OBX NTE)))',
  ],
])('%s', (_, names, shape) => {
  expect(grouped(...names.split(' ')).shape).toBe(`MSH ${shape}`);
});

test('a comment behind the container of a specimen begins no order anew', () => {
  const grammar = parseGrammar(
    'MSH { ORDER: [ORC] [{NTE}] [ REQUEST: OBR [{ SPECIMEN: SPM [{NTE}] [{ CONTAINER: SAC [{ CHECK: OBX }] }] }] ] }',
  );
  if ('error' in grammar) throw new Error(grammar.error);
  expect(groupedBy(grammar, 'ORC', 'NTE', 'OBR', 'SPM', 'SAC', 'OBX', 'NTE', 'OBR')).toEqual({
    shape: 'MSH ORDER(ORC NTE REQUEST(OBR SPECIMEN(SPM NTE CONTAINER(SAC CHECK(OBX))))) ORDER(REQUEST(OBR))',
    issues: ['segment-unexpected NTE[2]'],
  });
});

test('each participation begins the group that is made of it', () => {
  const grammar = parseGrammar('MSH PID [{ ROLE: PRT }] [PV1] [{ VISIT_ROLE: PRT }]');
  if ('error' in grammar) throw new Error(grammar.error);
  expect(groupedBy(grammar, 'PID', 'PRT', 'PRT', 'PV1', 'PRT', 'PRT')).toEqual({
    shape: 'MSH PID PV1 ROLE(PRT) ROLE(PRT) VISIT_ROLE(PRT) VISIT_ROLE(PRT)',
    issues: [],
  });
});
