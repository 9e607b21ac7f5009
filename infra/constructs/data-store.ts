import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { CfnFHIRDatastore } from 'aws-cdk-lib/aws-healthlake';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../acknowledge.ts';
import { allow } from '../grants.ts';

interface DataStoreProps {
  readonly tenant: string;
  readonly key: Key;
  readonly work: Bucket;
}

/** The tenant's HealthLake data store under the tenant's key, and the role under which its imports read and write. */
export class DataStore extends Construct {
  readonly resource: CfnFHIRDatastore;
  readonly importRole: Role;

  constructor(scope: Construct, id: string, { tenant, key, work }: DataStoreProps) {
    super(scope, id);
    this.resource = new CfnFHIRDatastore(this, 'Store', {
      datastoreName: `tributary-${tenant}`,
      datastoreTypeVersion: 'R4',
      sseConfiguration: { kmsEncryptionConfig: { cmkType: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: key.keyArn } },
    });
    this.resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
    acknowledgeWildcards(
      this,
      "HealthLake reads the import's parts and writes its results below these prefixes, and nowhere else.",
      work.arnForObjects('imports/*'),
      work.arnForObjects('import-output/*'),
    );
    this.importRole = new Role(this, 'ImportRole', {
      assumedBy: new ServicePrincipal('healthlake.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': this.resource.attrDatastoreArn },
        },
      }),
      managedPolicies: [new ManagedPolicy(this, 'ImportPolicy', { statements: importStatements(work, key) })],
    });
  }

  allowPassRole(): PolicyStatement {
    return new PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [this.importRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'healthlake.amazonaws.com' } },
    });
  }
}

/** HealthLake developer guide, "Setting up permissions for imports": both buckets' checks, objects in, objects out. */
const importStatements = (work: Bucket, key: Key): PolicyStatement[] => [
  allow(['s3:ListBucket', 's3:GetBucketPublicAccessBlock', 's3:GetEncryptionConfiguration'], [work.bucketArn]),
  allow(['s3:GetObject'], [work.arnForObjects('imports/*')]),
  allow(['s3:PutObject'], [work.arnForObjects('import-output/*')]),
  allow(['kms:DescribeKey', 'kms:GenerateDataKey', 'kms:Decrypt'], [key.keyArn]),
];
