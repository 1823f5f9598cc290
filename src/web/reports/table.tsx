import { Table as AntTable } from 'antd';
import { Link } from 'react-router';
import type { Cell, Column, Row, Table } from '../../core/office/document.ts';
import { cellText } from '../../core/office/written.ts';
import { useReportWords } from './words.ts';

/** A table of a report: every number that has a list is a way to it. */
export function ReportTable({ table }: { table: Table }) {
  const say = useReportWords();
  return (
    <AntTable<Row>
      size="small"
      bordered
      pagination={false}
      locale={{ emptyText: say('nothing') }}
      rowKey="key"
      scroll={{ x: 'max-content' }}
      dataSource={table.rows}
      columns={table.columns.map((column, at) => ({
        key: column.key,
        title: column.zh,
        align: column.unit === 'text' ? 'left' : 'right',
        ...(at === 0 ? { fixed: 'start' as const } : {}),
        render: (_: unknown, row: Row) => (
          <Shown cell={row.cells[column.key]} column={column} open={say('open')} below={say('below')} />
        ),
      }))}
      summary={() =>
        table.total && (
          <AntTable.Summary.Row className="total">
            {table.columns.map((column, at) => (
              <AntTable.Summary.Cell
                key={column.key}
                index={at}
                align={column.unit === 'text' ? 'left' : 'right'}
              >
                <Shown
                  cell={table.total!.cells[column.key]}
                  column={column}
                  open={say('open')}
                  below={say('below')}
                />
              </AntTable.Summary.Cell>
            ))}
          </AntTable.Summary.Row>
        )
      }
    />
  );
}

function Shown({
  cell,
  column,
  open,
  below,
}: {
  cell: Cell | undefined;
  column: Column;
  open: string;
  below: string;
}) {
  const text = cellText(cell?.value ?? null, cell?.unit ?? column.unit);
  if (!cell?.list || cell.value === null || cell.value === 0) return <span className="figures">{text}</span>;
  return (
    <span className="figures">
      <Link to={`/${cell.list}`} title={open}>
        {text}
      </Link>
      {cell.below && (
        <Link to={`/${cell.below}`} className="below" title={below} aria-label={below}>
          ÷
        </Link>
      )}
    </span>
  );
}
