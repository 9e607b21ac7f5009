import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts findings of a rule on this construct and all below it, with the reason beside the code. The reasons are
 * written into the template, and a test pins the whole list: a misspelt rule is accepted in silence by the packs.
 */
export function acknowledge(scope: IConstruct, reason: string, ...rules: readonly string[]): void {
  for (const rule of rules) Validations.of(scope).acknowledge({ id: qualified(rule), reason });
}

/** `HIPAA.Security-LambdaDLQ` becomes `HIPAA.Security::HIPAA.Security-LambdaDLQ`, the form the validators ask for. */
function qualified(rule: string): string {
  const pack = ['HIPAA.Security', 'AwsSolutions'].find((name) => rule.startsWith(`${name}-`));
  return `${pack ?? 'CloudFormation-Validate'}::${rule}`;
}

/** Accepts `*` in these resource ARNs of policies on this construct and below it, and in no other. */
export function acknowledgeWildcards(scope: IConstruct, reason: string, ...arns: readonly string[]): void {
  for (const arn of arns) {
    acknowledge(scope, reason, `AwsSolutions-IAM5[Resource::${flat(Stack.of(scope).resolve(arn))}]`);
  }
}

/** A resolved ARN in the form in which cdk-nag names a finding: `<LogicalId.Arn>/*`. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const [intrinsic, argument] = Object.entries(value as Record<string, unknown>)[0] ?? [];
  if (intrinsic === 'Ref' && typeof argument === 'string') return `<${argument}>`;
  if (intrinsic === 'Fn::GetAtt' && Array.isArray(argument)) return `<${argument.join('.')}>`;
  if (intrinsic === 'Fn::Join' && Array.isArray(argument)) return (argument[1] as unknown[]).map(flat).join('');
  throw new Error(`An ARN made with ${intrinsic} cannot be named in an acknowledgement`);
}
