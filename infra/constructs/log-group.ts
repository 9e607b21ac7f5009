import { RemovalPolicy } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { settings } from '../settings.ts';

/** A log group that is encrypted, kept for long enough, and left when its stack goes. */
export function logGroup(scope: Construct, id: string, name: string, key: Key, days?: number): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName: name,
    encryptionKey: key,
    retention: days ?? settings.logRetentionDays,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
