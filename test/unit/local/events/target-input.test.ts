import { describe, expect, test } from 'vitest';
import { envelopeOf } from '../../../../local/events/envelope.ts';
import { checkTargetInput, type InputTransformer, targetText } from '../../../../local/events/target-input.ts';

const RULE = { name: 'rule', arn: 'arn:aws:events:us-east-1:000000000000:rule/rule' };
const EVENT = envelopeOf({
  source: 'engine',
  detailType: 'Test',
  resources: ['arn:one', 'arn:two'],
  detail: { text: 'say "hi"\n', number: 12, list: [1, { a: 'b' }], 'with-dash': true },
  timeMs: Date.parse('2026-01-02T03:04:05.678Z'),
});
const transform = (InputPathsMap: Record<string, string>, InputTemplate: string): string =>
  targetText({ InputTransformer: { InputPathsMap, InputTemplate } }, EVENT, RULE);

describe('what a target receives', () => {
  test('without input settings it is the whole event', () => {
    expect(JSON.parse(targetText({}, EVENT, RULE))).toEqual({
      ...EVENT,
      account: '000000000000',
      region: 'us-east-1',
      time: '2026-01-02T03:04:05Z',
    });
  });

  test('fixed input is given as it was put', () => {
    expect(targetText({ Input: '{ "a" : 1 }' }, EVENT, RULE)).toBe('{ "a" : 1 }');
  });

  test.each([
    ['$', EVENT],
    ['$.detail.list', [1, { a: 'b' }]],
    ['$.detail.list[1].a', 'b'],
    ['$.detail.with-dash', true],
    ["$.detail['with-dash']", true],
    ['$.resources[1]', 'arn:two'],
    ['$.detail.absent', null],
  ])('the input path %s gives its part', (InputPath, expected) => {
    expect(JSON.parse(targetText({ InputPath }, EVENT, RULE))).toEqual(expected);
  });

  test('a placeholder alone is JSON, and one between quotes is text, escaped', () => {
    const paths = { text: '$.detail.text', number: '$.detail.number', list: '$.detail.list' };
    const given = transform(
      paths,
      '{"text": <text>, "quoted": "<text> <number> <list>", "number": <number>, "list": <list>}',
    );
    expect(JSON.parse(given)).toEqual({
      text: 'say "hi"\n',
      quoted: 'say "hi"\n 12 [1,{"a":"b"}]',
      number: 12,
      list: [1, { a: 'b' }],
    });
  });

  test('a template may be one text', () => {
    expect(transform({ number: '$.detail.number' }, '"number <number>"')).toBe('"number 12"');
  });

  test('a value that the event lacks leaves valid JSON', () => {
    expect(JSON.parse(transform({ x: '$.detail.absent' }, '{"a": <x>, "b": "<x>"}'))).toEqual({ a: null, b: '' });
  });

  test('the names that EventBridge reserves are filled in', () => {
    const given = JSON.parse(
      transform(
        {},
        '{"rule": "<aws.events.rule-name>", "arn": "<aws.events.rule-arn>", "event": <aws.events.event.json>, "head": <aws.events.event>}',
      ),
    );
    expect(given).toMatchObject({ rule: 'rule', arn: RULE.arn, event: EVENT, head: { source: 'engine' } });
    expect(given.head).not.toHaveProperty('detail');
  });
});

const transformer = (part: Partial<InputTransformer>) => ({ InputTransformer: { InputTemplate: '"x"', ...part } });

describe('a target is refused when', () => {
  test.each([
    ['it has two kinds of input', { Input: '{}', InputPath: '$' }],
    ['its input is no JSON', { Input: '{' }],
    ['its path is none', { InputPath: 'detail' }],
    ['its path has a filter', { InputPath: '$.detail[?(@.a)]' }],
    ['its path has a wildcard', { InputPath: '$.detail.*' }],
    ['its template names an unknown placeholder', transformer({ InputTemplate: '"<unknown>"' })],
    ['its template is empty', transformer({ InputTemplate: '' })],
    ['its template is too long', transformer({ InputTemplate: `"${'x'.repeat(8191)}"` })],
    ['a path name is reserved', transformer({ InputPathsMap: { AWSx: '$.detail' } })],
    [
      'it has too many paths',
      transformer({ InputPathsMap: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`p${at}`, '$'])) }),
    ],
  ])('%s', (_reason, target) => {
    expect(() => checkTargetInput(target)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });
});
