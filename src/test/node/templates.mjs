// Loads CloudFormation templates with the AWS CDK, which knows every resource type, its properties and which it requires.
// The CDK passes properties that it does not know; here they are errors.
// usage: node templates.mjs FILE...   prints one line for each error; exit code 1 if there is any
import {App, CfnResource, Stack} from 'aws-cdk-lib';
import {CfnInclude} from 'aws-cdk-lib/cloudformation-include';

let errors = 0;
const report = (file, message) => {
  errors++;
  console.log(`${file}: ${message}`);
};

for (const file of process.argv.slice(2)) {
  try {
    const app = new App({analyticsReporting: false, outdir: 'cdk.out'});
    const stack = new Stack(app, 'stack');
    new CfnInclude(stack, 'template', {templateFile: file});
    for (const resource of stack.node.findAll()) {
      if (resource instanceof CfnResource) {
        unknownProperties(resource).forEach(path => report(file, `${resource.node.id} has an unknown property ${path}`));
      }
    }
    app.synth();
  } catch (error) {
    report(file, error.message);
  }
}
process.exit(errors === 0 ? 0 : 1);

/** The CDK keeps what it does not know as overrides. */
function unknownProperties(resource) {
  return leaves(resource.rawOverrides?.Properties ?? {}, '');
}

function leaves(value, path) {
  return value !== null && typeof value === 'object'
    ? Object.entries(value).flatMap(([name, child]) => leaves(child, `${path}/${name}`))
    : [path];
}
