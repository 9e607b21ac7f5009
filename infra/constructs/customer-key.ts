import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type Condition, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { logGroupArn } from '../naming.ts';
import { settings } from '../settings.ts';

/** A service that uses the key on its own behalf, and for what alone. */
interface ServiceUse {
  readonly sid: string;
  /** `events`, or `logs.<region>` for CloudWatch Logs. */
  readonly service: string;
  readonly actions: readonly string[];
  readonly conditions: Readonly<Record<string, Condition>>;
}

/**
 * A customer key that rotates, stays when its stack goes, and lets in each service by a statement of its own. CDK
 * writes none for a rule's dead-letter queue, an alarm's topic, a trail or a log group: the first two then deploy
 * cleanly and drop exactly the messages that report trouble (reliability-security 1.5).
 */
export function customerKey(scope: Construct, id: string, alias: string, uses: readonly ServiceUse[]): Key {
  const key = new Key(scope, id, {
    alias: `alias/${alias}`,
    enableKeyRotation: true,
    pendingWindow: Duration.days(settings.keyDeletionDays),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  for (const use of uses) key.addToResourcePolicy(statement(use));
  return key;
}

function statement(use: ServiceUse): PolicyStatement {
  return new PolicyStatement({
    sid: use.sid,
    principals: [new ServicePrincipal(`${use.service}.amazonaws.com`)],
    actions: [...use.actions],
    resources: ['*'],
    conditions: { ...use.conditions },
  });
}

/** Messages that a service puts into an encrypted queue or topic, or keeps on an encrypted bus. */
export function deliveryUse(sid: string, service: string, sources: readonly string[]): ServiceUse {
  return {
    sid,
    service,
    actions: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:DescribeKey'],
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': [...sources] } },
  };
}

/** Log groups of these names (patterns), by CloudWatch Logs' encryption context. */
export function logUse(scope: Construct, logGroupArns: readonly string[]): ServiceUse {
  return {
    sid: 'KeepLogs',
    service: `logs.${Stack.of(scope).region}`,
    actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': [...logGroupArns] } },
  };
}

/** Step Functions logs reach an encrypted log group by log delivery, which decrypts them on the way. */
export function logDeliveryUse(scope: Construct): ServiceUse {
  return {
    sid: 'DeliverLogs',
    service: 'delivery.logs',
    actions: ['kms:Decrypt*'],
    conditions: {
      StringEquals: { 'kms:EncryptionContext:SourceArn': logGroupArn(scope, '*').replace(':log-group:*', ':*') },
    },
  };
}
