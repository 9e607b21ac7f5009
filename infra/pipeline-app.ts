import { App } from 'aws-cdk-lib';
import { bundleTasks } from './bundle.ts';
import { addRulePacks, strictContext } from './rule-packs.ts';
import { AuditStack } from './stacks/audit-stack.ts';
import { TenantStack } from './stacks/tenant-stack.ts';

interface PipelineAppProps {
  /** Folder that holds `tasks/` and `state-machines/`. */
  readonly root: string;
  readonly outdir: string;
}

/** The whole deployment as an app that is ready to synthesise, offline, with every rule pack on it. */
export function pipelineApp({ root, outdir }: PipelineAppProps): App {
  const app = new App({ outdir, context: { ...strictContext } });
  const audit = new AuditStack(app, 'TributaryAudit');
  const tenant = new TenantStack(app, 'TributaryTenant', { root, bundles: bundleTasks(root), auditKey: audit.key });
  tenant.addStackDependency(audit); // its buckets log their accesses there
  addRulePacks(app);
  return app;
}
