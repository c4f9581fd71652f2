import { readFileSync } from 'node:fs'

/** How `bin/fairlead run` starts Node, read from there: the benches of the pipeline start the same way. */
export function launchOptions(): { readonly execArgv: string[]; readonly env: NodeJS.ProcessEnv } {
  const launcher = readFileSync(new URL('../../bin/fairlead', import.meta.url), 'utf8')
  const [, name, value, flags] = /exec env (\w+)=(\S+) node (--.*?) "\$0"/.exec(launcher) ?? []
  if (name === undefined || flags === undefined) throw new Error('bin/fairlead starts in another way')
  return { execArgv: flags.split(' '), env: { ...process.env, [name]: value } }
}
