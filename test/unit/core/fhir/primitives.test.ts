import { describe, expect, it } from 'vitest';
import { primitiveChecks } from '../../../../core/fhir/primitives.ts';

describe('base64', () => {
  const check = primitiveChecks.get('base64Binary');

  it.each(['YWJj', 'YWI=', 'YQ==', 'YWJj\r\nYWJj\r\n', ' YW Jj\t', 'Y Q=\n=', '+/+/', 'YWJj'.repeat(100_000)])(
    'stands in whole groups of four, white space aside: %#',
    (content) => {
      expect(check?.(content)).toBeUndefined();
    },
  );

  it.each(['YWJ', 'YQ=', 'Y===', '====', '=', ' \n', 'YW=j', 'YQ==YWJj', 'YWJ-', 'YWJ\u00e9', 'YWJj\u00a0'])(
    'is refused otherwise: %j',
    (content) => {
      expect(check?.(content)).toBe('base64-invalid');
    },
  );
});

describe('an id', () => {
  const check = primitiveChecks.get('id');

  it.each(['a', '-.', 'A9', 'a'.repeat(64)])('may be %s', (id) => {
    expect(check?.(id)).toBeUndefined();
  });

  it.each(['a_b', 'a b', 'a\n', '\u00e9', 'a'.repeat(65)])('is never %j', (id) => {
    expect(check?.(id)).toBe('id-invalid');
  });
});
