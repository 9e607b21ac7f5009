import { type IManagedPolicy, ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../acknowledge.ts';
import { type Grant, type Granted, grantStatements } from '../grants.ts';
import { executionArns } from '../naming.ts';
import { type StateMachineName, topology } from '../topology.ts';

/**
 * One managed policy per word of the topology's grants. A role then shows its grants by name, and no policy is inline.
 */
export class GrantPolicies extends Construct {
  readonly all: Readonly<Record<Grant, IManagedPolicy>>;

  constructor(scope: Construct, id: string, on: Granted) {
    super(scope, id);
    const made: [string, IManagedPolicy][] = Object.entries(grantStatements(this, on)).map(([grant, statements]) => {
      const policy = new ManagedPolicy(this, grant.replace(':', '-'), { description: `Grant ${grant}`, statements });
      return [grant, policy];
    });
    this.all = Object.fromEntries(made) as Record<Grant, IManagedPolicy>;
    this.#acknowledge(on);
  }

  #acknowledge(on: Granted): void {
    acknowledgeWildcards(
      this,
      "Objects of the tenant's own bucket: their keys are not known before they arrive.",
      `${on.inboxArn}/*`,
      `${on.workArn}/*`,
    );
    acknowledgeWildcards(
      this,
      'Executions of our own state machines: their names are hashes.',
      ...(Object.keys(topology.stateMachines) as StateMachineName[]).map((machine) => executionArns(this, machine)),
    );
    acknowledgeWildcards(this, 'Comprehend Medical has no resources that a policy could name.', '*');
  }
}
