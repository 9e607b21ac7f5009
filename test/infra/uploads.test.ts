import { beforeAll, describe, expect, test } from 'vitest';
import { flat, ofType, synthesised, type Template } from './support/synthesised.ts';

let tenant: Template;
beforeAll(() => {
  ({ tenant } = synthesised());
});

type Request = Readonly<Record<string, string>>;

interface Statement {
  readonly Effect: string;
  readonly Action: unknown;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** IAM's operators as these policies use them; one that is not known here fails the test. */
const operators: Readonly<Record<string, (value: string | undefined, wanted: string) => boolean>> = {
  Null: (value, wanted) => (value === undefined) === (wanted === 'true'),
  // Negated operators are true for a key that the request does not carry.
  StringNotEquals: (value, wanted) => value !== wanted,
  Bool: (value, wanted) => value === wanted,
  NumericLessThan: (value, wanted) => value !== undefined && Number(value) < Number(wanted),
};

function applies(statement: Statement, request: Request): boolean {
  return Object.entries(statement.Condition).every(([name, keys]) => {
    const operator = operators[name];
    if (operator === undefined) throw new Error(`Unknown operator ${name}`);
    return Object.entries(keys).every(([key, wanted]) => operator(request[key], flat(wanted)));
  });
}

/** Whether some statement of the bucket's policy refuses the put. */
function refused(policy: readonly Statement[], request: Request): boolean {
  const denials = policy.filter(
    ({ Effect, Action }) => Effect === 'Deny' && ['s3:PutObject', 's3:*'].includes(flat(Action)),
  );
  expect(denials.length).toBeGreaterThanOrEqual(5);
  return denials.some((statement) => applies(statement, request));
}

const tls = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const header = 's3:x-amz-server-side-encryption';
const ours = (): string => `<${ofType(tenant, 'AWS::KMS::Key')[0]?.[0]}.Arn>`;

describe.each(['Inbox', 'Work'])('the policy of the bucket %s', (id) => {
  const policy = (): readonly Statement[] => {
    const found = ofType(tenant, 'AWS::S3::BucketPolicy').filter(([name]) => name.startsWith(id));
    expect(found).toHaveLength(1);
    return found[0]?.[1].Properties.PolicyDocument.Statement;
  };

  test('lets in an upload that names no key, or the tenant key', () => {
    expect(refused(policy(), tls)).toBe(false);
    expect(refused(policy(), { ...tls, [header]: 'aws:kms', [`${header}-aws-kms-key-id`]: ours() })).toBe(false);
  });

  test.each([
    [
      'another key',
      { [header]: 'aws:kms', [`${header}-aws-kms-key-id`]: 'arn:aws:kms:us-east-1:111122223333:key/other' },
    ],
    ["S3's own key", { [header]: 'AES256' }],
    ["a sender's key", { [`${header}-customer-algorithm`]: 'AES256' }],
    ['plain HTTP', { 'aws:SecureTransport': 'false' }],
    ['TLS 1.1', { 's3:TlsVersion': '1.1' }],
  ])('refuses one under %s', (_, request) => {
    expect(refused(policy(), { ...tls, ...request })).toBe(true);
  });
});
