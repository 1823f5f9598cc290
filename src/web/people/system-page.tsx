import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Space, Table, Tag } from 'antd';
import type { UpdateOut } from '../../core/security-updates.ts';
import type { SystemView } from '../../protocol/system.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { when } from '../view.ts';
import { wordsOf } from '../shell/words.ts';
import './people.css';

const useWords = wordsOf(
  'system',
  {
    versions: '版本',
    hotline: '热线软件',
    node: 'Node.js',
    postgres: 'PostgreSQL',
    asterisk: 'Asterisk',
    own: '随软件安装',
    foreign: '本单位自备',
    elsewhere: '不在本软件管理之内，请在交换机上执行 asterisk -V 查看',
    updates: '安全更新',
    machine: '这台服务器',
    pbx: '内嵌 Asterisk 所在的 Debian',
    listAt: '软件源信息的时间：{{at}}',
    never: '还没有查到过',
    none: '没有等待安装的安全更新。',
    howMachine: '安装：在服务器上执行 apt-get update && apt-get upgrade。',
    howPbx:
      '更新 Asterisk：执行 npm run renew-asterisk，再择时停止并重新启动服务；更新期间通话不受影响，重启时会断开。',
    look: '现在查一次',
    name: '名称',
    installed: '已装',
    offered: '可更新到',
    advisories: '已公布的漏洞（npm 程序包）',
    neverLooked:
      '还没有对照过。请在服务器上执行 npm run advisories -- 漏洞库文件；文件从哪里来见 docs/security.md。',
    looked: '{{at}} 对照了 {{count}} 条漏洞，最新一条 {{newest}}。',
    noFindings: '没有命中。',
    fault: '漏洞',
    severity: '级别',
    devOnly: '仅开发用',
    noFix: '还没有修复',
    sbom: '软件物料清单（CycloneDX）',
    download: '下载',
  },
  {
    versions: 'Versions',
    hotline: 'Hotline',
    node: 'Node.js',
    postgres: 'PostgreSQL',
    asterisk: 'Asterisk',
    own: 'Brought by the software',
    foreign: 'Your own',
    elsewhere: 'Not run by this software: ask the switch itself, asterisk -V',
    updates: 'Security updates',
    machine: 'This server',
    pbx: 'The embedded Asterisk’s Debian',
    listAt: 'Package lists of {{at}}',
    never: 'Never heard of yet',
    none: 'No security update waits.',
    howMachine: 'To install: apt-get update && apt-get upgrade on the server.',
    howPbx:
      'To renew Asterisk: npm run renew-asterisk, then stop and start the service when few call; calls go on meanwhile, and end at the restart.',
    look: 'Look now',
    name: 'Name',
    installed: 'Installed',
    offered: 'Offered',
    advisories: 'Published faults (npm packages)',
    neverLooked:
      'Never looked. Run npm run advisories -- FILE on the server; docs/security.md says where the file comes from.',
    looked: '{{at}}: held against {{count}} published faults, the newest of {{newest}}.',
    noFindings: 'None is in here.',
    fault: 'Fault',
    severity: 'Severity',
    devOnly: 'development only',
    noFix: 'not mended yet',
    sbom: 'Software bill of materials (CycloneDX)',
    download: 'Download',
  },
);

/** What the hotline stands on, in which versions, and whether something of it should be renewed. */
export function SystemPage() {
  const say = useWords();
  const client = useQueryClient();
  const asked = useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => ask<SystemView>('GET', '/api/system', undefined, signal),
  });
  const look = useMutation({
    mutationFn: () => ask<SystemView>('POST', '/api/system/updates'),
    onSuccess: (view) => client.setQueryData(['system'], view),
  });
  const fault = asked.error ?? look.error;
  const at = (ms: number | null) => (ms === null ? say('never') : when(ms, serverNow()));
  return (
    <main className="page people">
      {fault && <Alert type="error" showIcon title={refusalWords(fault)} />}
      <Card title={say('versions')} loading={asked.isPending} style={{ marginBottom: 16 }}>
        {asked.data?.versions.map(({ name, version, own }) => (
          <p key={name} className={`version-${name}`}>
            <b>{say(name)}</b> {version ?? say('elsewhere')} <Tag>{say(own ? 'own' : 'foreign')}</Tag>
          </p>
        ))}
        <p>
          {say('sbom')} <a href="/api/system/sbom">{say('download')}</a>
        </p>
      </Card>
      {asked.data && (
        <Card
          title={say('updates')}
          style={{ marginBottom: 16 }}
          extra={
            <Button loading={look.isPending} onClick={() => look.mutate()}>
              {say('look')}
            </Button>
          }
        >
          <Updates
            title={say('machine')}
            list={asked.data.updates.machine}
            heard={say('listAt', { at: at(asked.data.updates.machineListAtMs) })}
            how={say('howMachine')}
          />
          {asked.data.updates.pbx && (
            <Updates
              title={say('pbx')}
              list={asked.data.updates.pbx}
              heard={say('listAt', { at: at(asked.data.updates.pbxListAtMs) })}
              how={say('howPbx')}
            />
          )}
        </Card>
      )}
      {asked.data && <Advisories seen={asked.data.advisories} />}
    </main>
  );
}

function Updates(of: { title: string; list: UpdateOut[]; heard: string; how: string }) {
  const say = useWords();
  return (
    <section style={{ marginBottom: 16 }}>
      <Space wrap>
        <b>{of.title}</b>
        <span style={{ color: 'var(--soft)' }}>{of.heard}</span>
      </Space>
      {of.list.length === 0 ? (
        <p>{say('none')}</p>
      ) : (
        <>
          <Table<UpdateOut>
            size="small"
            rowKey="name"
            dataSource={of.list}
            pagination={{ pageSize: 20, hideOnSinglePage: true }}
            columns={[
              { title: say('name'), dataIndex: 'name' },
              { title: say('installed'), dataIndex: 'installed' },
              { title: say('offered'), dataIndex: 'offered' },
            ]}
          />
          <p>{of.how}</p>
        </>
      )}
    </section>
  );
}

function Advisories({ seen }: { seen: SystemView['advisories'] }) {
  const say = useWords();
  if (!seen)
    return (
      <Card title={say('advisories')}>
        <p>{say('neverLooked')}</p>
      </Card>
    );
  const day = (ms: number | null) => (ms === null ? '—' : when(ms, serverNow()));
  return (
    <Card title={say('advisories')}>
      <p>
        {say('looked', {
          at: day(seen.lookedAtMs),
          count: String(seen.advisoryCount),
          newest: day(seen.newestAtMs),
        })}
      </p>
      {seen.findings.length === 0 ? (
        <p>{say('noFindings')}</p>
      ) : (
        <Table
          size="small"
          rowKey={(row) => `${row.id} ${row.name} ${row.version}`}
          dataSource={seen.findings}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          columns={[
            { title: say('name'), render: (_, row) => `${row.name} ${row.version}` },
            { title: say('fault'), dataIndex: 'id' },
            { title: say('severity'), dataIndex: 'severity' },
            { title: say('offered'), render: (_, row) => row.fixedIn ?? say('noFix') },
            { title: '', render: (_, row) => (row.dev ? <Tag>{say('devOnly')}</Tag> : null) },
          ]}
        />
      )}
    </Card>
  );
}
