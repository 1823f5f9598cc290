import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import type { Outage } from '../../core/outages/outage.ts';
import type { OutageAsker } from '../../protocol/outages.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { Dial } from '../phone/dial.tsx';
import { useMay } from '../shell/me.tsx';
import { when } from '../view.ts';

/** Who pressed a key to hear when water is back: called one by one once it is. */
export function Askers({ outage, askers }: { outage: Outage; askers: OutageAsker[] }) {
  const may = useMay();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const told = useMutation({
    mutationFn: (number: string) => ask('POST', `/api/outages/${outage.id}/askers/told`, { number }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['outages'] }),
    onError: (cause) => void message.error(refusalWords(cause)),
  });
  if (askers.length === 0) return null;
  const open = askers.filter((one) => one.toldAtMs === null).length;
  return (
    <section className="askers">
      <h2>
        要求来水时通知 <span className="figures">{askers.length}</span> 人
        {outage.endedAtMs !== null && open > 0 && `，还有 ${open} 人没有通知`}
      </h2>
      {outage.endedAtMs === null && <p className="quiet">恢复供水后逐个拨打，拨通后点“已通知”。</p>}
      <ul>
        {askers.map((one) => (
          <li key={one.number}>
            <Dial number={one.number} />
            <span>{one.name ?? ''}</span>
            <small>{when(one.askedAtMs, serverNow())} 登记</small>
            {one.toldAtMs !== null ? (
              <small>
                {one.toldBy} {when(one.toldAtMs, serverNow())} 已通知
              </small>
            ) : (
              outage.endedAtMs !== null &&
              may('keep-outages') && (
                <Button size="small" loading={told.isPending} onClick={() => told.mutate(one.number)}>
                  已通知
                </Button>
              )
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
