import { describe, expect, test } from 'vitest';
import type { Hl7Message } from '../../../../core/hl7v2/message.ts';
import { parseMessage } from '../../../../core/hl7v2/parse.ts';
import { formatPath, parsePath, valueAt } from '../../../../core/hl7v2/path.ts';
import { messageLimits } from '../../../../core/hl7v2/segments.ts';

const header = 'MSH|^~\\&|A|B|C|D|2024||ORU^R01^ORU_R01|1|P|2.5';
const parse = (text: string) => parseMessage(new TextEncoder().encode(text), {});

function messageOf(...lines: string[]): Hl7Message {
  const parsed = parse([header, ...lines].join('\r'));
  if (!parsed.ok) throw new Error(parsed.issues[0]?.code);
  return parsed.value;
}

const issuesOf = (...lines: string[]) => parse([header, ...lines].join('\r')).issues;

describe('a message', () => {
  const message = messageOf('PID|1', 'OBX|1', 'NTE|1', 'OBX|2');

  test('has its segments in order, numbered among their like', () => {
    expect(message.segments.map(({ name, occurrence, position }) => `${position} ${name}[${occurrence}]`)).toEqual([
      '0 MSH[1]',
      '1 PID[1]',
      '2 OBX[1]',
      '3 NTE[1]',
      '4 OBX[2]',
    ]);
  });

  test('finds segments by name', () => {
    expect(message.first('OBX')?.position).toBe(2);
    expect(message.all('OBX').map(({ position }) => position)).toEqual([2, 4]);
    expect([message.first('ZZZ'), message.all('ZZZ')]).toEqual([undefined, []]);
  });

  test('tells its type, with an empty structure where MSH-9.3 is missing', () => {
    expect(message.type).toEqual({ code: 'ORU', event: 'R01', structure: 'ORU_R01' });
    const old = parse('MSH|^~\\&|A|B|C|D|2024||ADT^A04|1|P|2.3');
    expect(old.ok && old.value.type).toEqual({ code: 'ADT', event: 'A04', structure: '' });
  });
});

describe('a segment', () => {
  const segment = messageOf('PID|1||a^b&c^d~e^\\T\\|""|||A\\F\\B^C&D~E|x').first('PID')!;

  test('counts fields, repetitions, components and subcomponents, and none of what is absent or empty', () => {
    expect(segment.fieldCount).toBe(8);
    expect([3, 2, 4, 99, 0, -1].map((field) => segment.repetitions(field))).toEqual([2, 0, 1, 0, 0, 0]);
    expect([segment.components(3), segment.components(3, 2), segment.components(3, 3)]).toEqual([3, 2, 0]);
    expect([1, 2, 4].map((component) => segment.subcomponents(3, 1, component))).toEqual([1, 2, 0]);
  });

  test('gives texts by place, empty where there is none', () => {
    expect([segment.text(3), segment.text(3, 1, 2, 2), segment.text(3, 2, 2), segment.text(4)]).toEqual([
      'a',
      'c',
      '&',
      '""',
    ]);
    expect([
      segment.text(3, 3),
      segment.text(3, 1, 9),
      segment.text(3, 1, 1, 2),
      segment.text(2),
      segment.text(3, 0),
    ]).toEqual([...['', '', '', '', '']]);
  });

  test('gives a repetition whole with separators as text, or as it was sent', () => {
    expect([segment.whole(7), segment.whole(7, 2), segment.whole(7, 3), segment.whole(2)]).toEqual([
      'A|B^C&D',
      'E',
      '',
      '',
    ]);
    expect([segment.source(7), segment.source(7, 2), segment.source(7, 3), segment.source(99)]).toEqual([
      'A\\F\\B^C&D',
      'E',
      '',
      '',
    ]);
  });

  test('MSH holds its separators as fields that nothing is cut from', () => {
    const msh = messageOf().first('MSH')!;
    expect([msh.text(1), msh.text(2), msh.whole(2), msh.source(1), msh.text(3)]).toEqual([
      '|',
      '^~\\&',
      '^~\\&',
      '|',
      'A',
    ]);
    expect([msh.repetitions(2), msh.components(2), msh.subcomponents(1, 1, 1), msh.fieldCount]).toEqual([1, 1, 1, 12]);
    expect([
      msh.text(2, 1, 2),
      msh.components(2, 2),
      msh.subcomponents(2, 1, 2),
      msh.source(2, 2),
      msh.whole(1, 2),
    ]).toEqual([...['', 0, 0, '', '']]);
  });
});

describe('lines that are no segment', () => {
  test('go on with the field before them, reported once per segment by place alone', () => {
    expect(issuesOf('OBX|1|TX|a||one\ntwo\n  three', 'OBX|2|TX|a||x')).toEqual([
      { code: 'segment-unexpected', path: 'OBX', detail: 'a raw line break was taken as part of the last field' },
    ]);
    expect(messageOf('OBX|1|TX|a||one\ntwo|||x').first('OBX')?.fieldCount).toBe(8);
  });

  test('that begin with a broken name make the message unreadable, by the place before them', () => {
    expect(issuesOf('PID|1', 'NTE|1', 'NTE|2', 'PV|1')).toMatchObject([{ code: 'message-unreadable', path: 'NTE[2]' }]);
  });

  test('of blanks alone are skipped', () => {
    expect(issuesOf('', '   ', '\t', 'PID|1')).toEqual([]);
  });
});

describe('what follows the message', () => {
  test('a second MSH is left out and reported', () => {
    expect(issuesOf('PID|1', header, 'PID|2')).toEqual([
      { code: 'segment-unexpected', path: 'MSH[2]', detail: 'a second message follows' },
    ]);
  });

  test('text behind the end of an MLLP block is not part of it', () => {
    const parsed = parse(`\x0b${header}\rPID|1\x1c\rPID|2`);
    expect(parsed.ok && parsed.value.all('PID')).toHaveLength(1);
  });
});

describe('limits', () => {
  const over = 'message-too-large';

  test('of segments', () => {
    const lines = (count: number): string[] => Array.from({ length: count }, () => 'OBX|1');
    expect(issuesOf(...lines(messageLimits.segments - 1))).toEqual([]);
    expect(issuesOf(...lines(messageLimits.segments))).toMatchObject([{ code: over }]);
  });

  test('of fields', () => {
    expect(issuesOf(`PID${'|'.repeat(messageLimits.fields)}`)).toEqual([]);
    expect(issuesOf(`PID${'|'.repeat(messageLimits.fields + 1)}`)).toMatchObject([{ code: over, path: 'PID' }]);
  });

  test('of repetitions', () => {
    expect(issuesOf('PID|1', `PID||${'~'.repeat(messageLimits.repetitions - 1)}`)).toEqual([]);
    expect(issuesOf('PID|1', `PID||${'~'.repeat(messageLimits.repetitions)}`)).toMatchObject([
      { code: over, path: 'PID[2]-2' },
    ]);
  });

  test('of a field, except that OBX-5 may hold a document', () => {
    const long = 'x'.repeat(messageLimits.fieldLength + 1);
    expect(issuesOf(`PID|1|${long.slice(1)}`)).toEqual([]);
    expect(issuesOf(`PID|1|${long}`)).toMatchObject([{ code: over, path: 'PID-2' }]);
    expect(issuesOf(`OBX|1|ED|||${long}`)).toEqual([]);
    expect(issuesOf(`OBX|1|ED|||${'x'.repeat(messageLimits.documentLength + 1)}`)).toMatchObject([
      { code: over, path: 'OBX-5' },
    ]);
  });

  test('a message of 10 MiB without a single separator costs one pass', () => {
    const text = `${header}\rOBX|1|TX|||${'x'.repeat(9 * 1024 * 1024)}`;
    const begun = performance.now();
    const parsed = parse(text);
    expect(parsed.ok && parsed.value.first('OBX')?.text(5)).toHaveLength(9 * 1024 * 1024);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

describe('paths', () => {
  test.each(['PID', 'PID-5', 'PID-5.1', 'OBX[2]-5', 'OBX[2]-5[1].1.2', 'ZA1-3[12]'])(
    '%s is read and written the same',
    (path) => {
      expect(formatPath(parsePath(path)!)).toBe(path);
    },
  );

  test.each(['', 'pid-5', 'PIDX-5', 'PID-0', 'PID-5.0', 'PID-5.1.2.3', 'PID[0]-5', 'PID-', '1PI-3', 'PID-5 '])(
    '%j is none',
    (path) => {
      expect(parsePath(path)).toBeUndefined();
    },
  );

  test('a segment without a field has no value, nor has a path that is none', () => {
    const message = messageOf('PID|1');
    expect([valueAt(message, 'PID'), valueAt(message, 'x'), valueAt(message, 'PV1-2')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([valueAt(message, 'PID-1'), valueAt(message, { segment: 'PID', field: 7 })]).toEqual(['1', '']);
  });
});
