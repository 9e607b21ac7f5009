import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../../local/events/pattern.ts';

// Each row names the rule of the EventBridge user guide ("Creating event patterns", "Comparison operators") behind it.
const EVENT = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:aws:s3:::one', 'arn:aws:s3:::two'],
  detail: {
    bucket: { name: 'inbox' },
    object: { key: 'in/Feed A/one.HL7', size: 300, tags: [], owner: null, public: false },
    address: '10.0.1.7',
    code: '1234',
    empty: '',
    path: 'a*b\\c',
    parts: [
      { name: 'x', state: 'good' },
      { name: 'y', state: 'bad' },
    ],
  },
};

const object = (pattern: object) => ({ detail: { object: pattern } });

const CASES: readonly (readonly [rule: string, pattern: object, matches: boolean])[] = [
  ['Equals: one of the values in the array', { source: ['aws.ec2', 'aws.s3'] }, true],
  ['Equals: none of the values in the array', { source: ['aws.ec2'] }, false],
  ['Equals: case counts', { source: ['AWS.S3'] }, false],
  ['And: every field of the pattern must match', { source: ['aws.s3'], 'detail-type': ['Object Deleted'] }, false],
  ['Fields that the pattern does not mention are free', { source: ['aws.s3'] }, true],
  ['Nested fields', { detail: { bucket: { name: ['inbox'] } } }, true],
  ['A field that the event lacks does not match', { detail: { bucket: { arn: ['inbox'] } } }, false],
  ['Types are exact: text is not a number', { detail: { code: [1234] } }, false],
  ['Types are exact: text is text', { detail: { code: ['1234'] } }, true],
  ['Numbers', object({ size: [300] }), true],
  ['Types are exact: a number is not text', object({ size: ['300'] }), false],
  ['Null: only null', object({ owner: [null] }), true],
  ['Null: not an absent field', object({ absent: [null] }), false],
  ['Empty: the empty text', { detail: { empty: [''] } }, true],
  ['Booleans', object({ public: [false] }), true],
  ['Booleans: not their text', object({ public: ['false'] }), false],
  ['Arrays: one element is enough', { resources: ['arn:aws:s3:::two'] }, true],
  ['Arrays: none of the elements', { resources: ['arn:aws:s3:::three'] }, false],
  ['Arrays of objects: the fields match in one element', { detail: { parts: { name: ['y'], state: ['bad'] } } }, true],
  ['Arrays of objects: not across elements', { detail: { parts: { name: ['x'], state: ['bad'] } } }, false],
  ['Prefix', object({ key: [{ prefix: 'in/' }] }), true],
  ['Prefix: not elsewhere', object({ key: [{ prefix: 'Feed' }] }), false],
  ['Prefix: numbers have none', object({ size: [{ prefix: '3' }] }), false],
  ['Prefix, ignoring case', object({ key: [{ prefix: { 'equals-ignore-case': 'IN/FEED' } }] }), true],
  ['Suffix', object({ key: [{ suffix: '.HL7' }] }), true],
  ['Suffix: case counts', object({ key: [{ suffix: '.hl7' }] }), false],
  ['Suffix, ignoring case', object({ key: [{ suffix: { 'equals-ignore-case': '.hl7' } }] }), true],
  ['Equals ignoring case', { detail: { bucket: { name: [{ 'equals-ignore-case': 'INBOX' }] } } }, true],
  ['Equals ignoring case: whole text', { detail: { bucket: { name: [{ 'equals-ignore-case': 'INBO' }] } } }, false],
  ['Anything-but: another text', { source: [{ 'anything-but': 'aws.ec2' }] }, true],
  ['Anything-but: the text itself', { source: [{ 'anything-but': 'aws.s3' }] }, false],
  ['Anything-but: a list of texts', { source: [{ 'anything-but': ['aws.ec2', 'aws.s3'] }] }, false],
  ['Anything-but: a list of numbers', object({ size: [{ 'anything-but': [100, 200] }] }), true],
  ['Anything-but: the field must be there', object({ absent: [{ 'anything-but': ['x'] }] }), false],
  ['Anything-but prefix', object({ key: [{ 'anything-but': { prefix: 'in/' } }] }), false],
  ['Anything-but prefix: a list', object({ key: [{ 'anything-but': { prefix: ['a', 'b'] } }] }), true],
  ['Anything-but suffix', object({ key: [{ 'anything-but': { suffix: '.csv' } }] }), true],
  ['Anything-but ignoring case', { source: [{ 'anything-but': { 'equals-ignore-case': ['AWS.S3'] } }] }, false],
  ['Anything-but wildcard', object({ key: [{ 'anything-but': { wildcard: '*/one.*' } }] }), false],
  ['Numeric: equal', object({ size: [{ numeric: ['=', 300] }] }), true],
  ['Numeric: above', object({ size: [{ numeric: ['>', 300] }] }), false],
  ['Numeric: at least', object({ size: [{ numeric: ['>=', 300] }] }), true],
  ['Numeric: a range', object({ size: [{ numeric: ['>', 0, '<', 300] }] }), false],
  ['Numeric: a range with its end', object({ size: [{ numeric: ['>', 0, '<=', 300] }] }), true],
  ['Numeric: text is no number', { detail: { code: [{ numeric: ['>', 0] }] } }, false],
  ['IP address within a block', { detail: { address: [{ cidr: '10.0.0.0/16' }] } }, true],
  ['IP address outside a block', { detail: { address: [{ cidr: '10.0.0.0/24' }] } }, false],
  ['Exists', object({ key: [{ exists: true }] }), true],
  ['Exists: null is there', object({ owner: [{ exists: true }] }), true],
  ['Exists: an absent field', object({ absent: [{ exists: true }] }), false],
  ['Does not exist', object({ absent: [{ exists: false }] }), true],
  ['Does not exist: below an absent object', { detail: { none: { deep: [{ exists: false }] } } }, true],
  ['Does not exist: the field is there', object({ key: [{ exists: false }] }), false],
  ['An empty array holds no value', object({ tags: [{ exists: false }] }), true],
  ['Wildcard', object({ key: [{ wildcard: 'in/*/one.*' }] }), true],
  ['Wildcard: nothing is enough', { source: [{ wildcard: 'aws.s3*' }] }, true],
  ['Wildcard: the whole text', object({ key: [{ wildcard: 'in/*/one' }] }), false],
  ['Wildcard: other signs stand for themselves', { source: [{ wildcard: 'awsxs*' }] }, false],
  ['Wildcard: escaped star and backslash', { detail: { path: [{ wildcard: 'a\\*b\\\\*' }] } }, true],
  ['Wildcard: an escaped star is no wildcard', { source: [{ wildcard: 'aws\\*' }] }, false],
  ['Or within a field', object({ key: [{ prefix: 'out/' }, { suffix: '.HL7' }] }), true],
  [
    '$or: one of the fields',
    { detail: { $or: [{ code: ['0'] }, { object: { size: [{ numeric: ['>', 1] }] } }] } },
    true,
  ],
  ['$or: none of the fields', { $or: [{ source: ['x'] }, { 'detail-type': ['y'] }] }, false],
  ['$or: and the fields beside it', { source: ['x'], $or: [{ source: ['aws.s3'] }, { source: ['y'] }] }, false],
];

describe('an event pattern matches by the rule', () => {
  test.each(CASES)('%s', (_rule, pattern, matches) => {
    expect(compilePattern(JSON.stringify(pattern))(EVENT)).toBe(matches);
  });
});

const REFUSED: readonly (readonly [reason: string, source: string])[] = [
  ['it is no JSON', '{"source":'],
  ['it is no object', '["aws.s3"]'],
  ['it is empty', '{}'],
  ['a field holds a bare value', '{"source":"aws.s3"}'],
  ['an array of values is empty', '{"source":[]}'],
  ['an object is empty', '{"detail":{}}'],
  ['an operator is unknown', '{"source":[{"contains":"s3"}]}'],
  ['an operator is a name of every object', '{"source":[{"constructor":"s3"}]}'],
  ['an expression has two operators', '{"source":[{"prefix":"a","suffix":"b"}]}'],
  ['an array holds an array', '{"source":[["aws.s3"]]}'],
  ['a prefix is no text', '{"source":[{"prefix":1}]}'],
  ['exists is no boolean', '{"source":[{"exists":"true"}]}'],
  ['a number comparison is unknown', '{"size":[{"numeric":["!=",1]}]}'],
  ['a number comparison lacks its number', '{"size":[{"numeric":[">"]}]}'],
  ['a range of numbers is the wrong way round', '{"size":[{"numeric":["<",1,">",0]}]}'],
  ['a number is out of bounds', '{"size":[{"numeric":[">",5000000001]}]}'],
  ['anything-but mixes types', '{"source":[{"anything-but":["a",1]}]}'],
  ['anything-but is empty', '{"source":[{"anything-but":[]}]}'],
  ['anything-but holds another operator', '{"source":[{"anything-but":{"numeric":["=",1]}}]}'],
  ['two wildcards stand together', '{"source":[{"wildcard":"a**"}]}'],
  ['an escape in a wildcard is unknown', '{"source":[{"wildcard":"a\\\\b"}]}'],
  ['a block of addresses is malformed', '{"ip":[{"cidr":"10.0.0.0/33"}]}'],
  ['$or has one alternative', '{"$or":[{"source":["a"]}]}'],
];

describe('an event pattern is refused when', () => {
  test.each(REFUSED)('%s', (_reason, source) => {
    expect(() => compilePattern(source)).toThrow(expect.objectContaining({ name: 'PatternError' }));
  });
});
