import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from 'aws-cdk-lib/aws-backup';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../acknowledge.ts';
import { allow } from '../grants.ts';
import { settings } from '../settings.ts';
import { topology } from '../topology.ts';

interface LedgerTableProps {
  readonly key: Key;
  /** Backups lie under another key: a tenant's key that is lost must not take the book with it. */
  readonly backupKey: IKey;
}

/**
 * The book. `Table`, not `TableV2`: the latter makes an `AWS::DynamoDB::GlobalTable`, on which the rule packs say
 * nothing at all (reliability-security 1.4).
 */
export class LedgerTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { key, backupKey }: LedgerTableProps) {
    super(scope, id);
    const { name, partitionKey, sortKey, index } = topology.table.ledger;
    this.table = new Table(this, 'Table', {
      tableName: name,
      partitionKey: text(partitionKey),
      sortKey: text(sortKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: index.name,
      partitionKey: text(index.partitionKey),
      sortKey: text(index.sortKey),
      projectionType: ProjectionType.ALL,
    });
    this.#addBackup(backupKey);
  }

  #addBackup(backupKey: IKey): void {
    const vault = new BackupVault(this, 'Vault', {
      backupVaultName: 'tributary-ledger',
      encryptionKey: backupKey,
      blockRecoveryPointDeletion: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const plan = new BackupPlan(this, 'Plan', {
      backupVault: vault,
      backupPlanRules: [
        new BackupPlanRule({
          ruleName: 'daily',
          scheduleExpression: Schedule.cron({ hour: '3', minute: '0' }),
          deleteAfter: Duration.days(settings.backupRetentionDays),
        }),
      ],
    });
    plan.addSelection('Ledger', {
      resources: [BackupResource.fromDynamoDbTable(this.table)],
      role: this.#backupRole().withoutPolicyUpdates(),
      disableDefaultBackupPolicy: true,
    });
  }

  #backupRole(): Role {
    const { tableArn } = this.table;
    const policy = new ManagedPolicy(this, 'BackupPolicy', {
      statements: [
        allow(
          [
            'dynamodb:StartAwsBackupJob',
            'dynamodb:CreateBackup',
            'dynamodb:DescribeTable',
            'dynamodb:ListTagsOfResource',
          ],
          [tableArn],
        ),
        allow(['dynamodb:DescribeBackup', 'dynamodb:DeleteBackup'], [`${tableArn}/backup/*`]),
      ],
    });
    acknowledgeWildcards(policy, 'Backups of this one table; AWS Backup makes their names.', `${tableArn}/backup/*`);
    return new Role(this, 'BackupRole', {
      assumedBy: new ServicePrincipal('backup.amazonaws.com'),
      managedPolicies: [policy],
    });
  }
}

const text = (name: string) => ({ name, type: AttributeType.STRING });
