import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Descriptions, Spin, Table } from 'antd';
import { useEffect } from 'react';
import { useParams } from 'react-router';
import { parsePeriod, periodWords } from '../../core/office/period.ts';
import { ask, refusalWords } from '../ask.ts';
import { minuteText, useMoved } from './callback.ts';
import { EXCLUSIONS, RESULTS, STATES, STRATUM, useCallbackWords } from './words.ts';
import './callbacks.css';

interface Place {
  id: number;
  orderNo: string;
  department: string;
  stratum: string;
  exclusion: string | null;
  place: number | null;
  drawn: boolean;
  whole: boolean;
  state: string;
  why: string | null;
  replacesId: number | null;
}
interface Certificate {
  campaign: {
    period: string;
    seed: string;
    drawVersion: number;
    createdAtMs: number;
    rule: { rate: number; rates: Record<string, number>; wholeUrgent: boolean; wholeRedone: boolean };
  };
  places: Place[];
  quotas: {
    department: string;
    stratum: string;
    population: number;
    excluded: number;
    needed: number;
    drawn: number;
  }[];
}

/** Population, exclusions, seed, draw and replacements; drawn again on the spot, it must come out the same. */
export function CertificatePage() {
  const say = useCallbackWords();
  const { id } = useParams();
  useMoved();
  const certificate = useQuery({
    queryKey: ['callbacks', 'certificate', id],
    queryFn: () => ask<Certificate>('GET', `/api/callbacks/campaigns/${id}`),
  });
  const again = useMutation({
    mutationFn: () =>
      ask<{ same: boolean; differences: string[]; drawn: number }>(
        'POST',
        `/api/callbacks/campaigns/${id}/again`,
      ),
  });
  useEffect(() => {
    document.title = '抽样证书 · 供水热线 96666';
  }, []);
  if (certificate.error) return <Alert type="error" showIcon title={refusalWords(certificate.error)} />;
  if (!certificate.data) return <Spin className="counting" />;
  const { campaign, places, quotas } = certificate.data;
  const period = parsePeriod(campaign.period);
  const orderOf = new Map(places.map((one) => [one.id, one.orderNo]));
  const rates = Object.entries(campaign.rule.rates).map(([unit, rate]) => `${unit} ${rate / 100}%`);
  return (
    <main className="page callbacks">
      <header>
        <h1>
          {say('certificate')} <small>{period ? periodWords(period) : campaign.period}</small>
        </h1>
        <Button type="primary" className="no-print" loading={again.isPending} onClick={() => again.mutate()}>
          {say('again')}
        </Button>
        <Button className="no-print" onClick={() => print()}>
          {say('print')}
        </Button>
      </header>
      {again.error && <Alert type="error" showIcon title={refusalWords(again.error)} />}
      {again.data && (
        <Alert
          showIcon
          type={again.data.same ? 'success' : 'error'}
          title={
            again.data.same
              ? say('same', { count: again.data.drawn })
              : say('differs', { words: again.data.differences.join('；') })
          }
        />
      )}
      <Descriptions
        size="small"
        bordered
        column={2}
        items={[
          { key: 'seed', label: say('seed'), children: <code>{campaign.seed}</code> },
          { key: 'at', label: '抽样时间', children: minuteText(campaign.createdAtMs) },
          {
            key: 'rate',
            label: '比例',
            children: [`${campaign.rule.rate / 100}%`, ...rates].join('；'),
          },
          {
            key: 'whole',
            label: '全部回访',
            children:
              [campaign.rule.wholeUrgent ? '紧急漏水' : '', campaign.rule.wholeRedone ? '重办工单' : '']
                .filter((one) => one !== '')
                .join('、') || '无',
          },
          { key: 'version', label: '抽样方法', children: `第 ${campaign.drawVersion} 版，xoshiro128**` },
          { key: 'n', label: '总体', children: `${places.length} 单` },
        ]}
      />
      <Table
        size="small"
        bordered
        pagination={false}
        rowKey={(one) => `${one.department}${one.stratum}`}
        dataSource={quotas}
        columns={[
          { title: '部门', dataIndex: 'department' },
          { title: '类', render: (_, one) => STRATUM[one.stratum] },
          { title: '总体', dataIndex: 'population', align: 'right' },
          { title: '排除', dataIndex: 'excluded', align: 'right' },
          { title: '至少', dataIndex: 'needed', align: 'right' },
          {
            title: '抽中',
            align: 'right',
            render: (_, one) => <span className={one.drawn < one.needed ? 'short' : ''}>{one.drawn}</span>,
          },
        ]}
      />
      <Table<Place>
        size="small"
        bordered
        rowKey="id"
        dataSource={places}
        pagination={{ pageSize: 100, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: '部门', dataIndex: 'department' },
          { title: '类', render: (_, one) => STRATUM[one.stratum] },
          { title: '抽签顺序', render: (_, one) => one.place ?? '—', align: 'right' },
          { title: '工单号', dataIndex: 'orderNo' },
          {
            title: '抽中',
            render: (_, one) =>
              one.exclusion
                ? `排除：${EXCLUSIONS[one.exclusion]}`
                : one.drawn
                  ? one.whole
                    ? '是（全部回访类）'
                    : '是'
                  : '',
          },
          {
            title: '现状',
            render: (_, one) => `${STATES[one.state]}${one.why ? `（${RESULTS[one.why] ?? one.why}）` : ''}`,
          },
          {
            title: '替换',
            render: (_, one) => (one.replacesId === null ? '' : `替换 ${orderOf.get(one.replacesId) ?? ''}`),
          },
        ]}
      />
    </main>
  );
}
