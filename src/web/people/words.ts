import type { Role } from '../../core/people/may.ts';

export const ROLE_WORDS: Record<Role, string> = {
  agent: '受理员',
  supervisor: '班长',
  dispatcher: '单位派单员',
  'field-worker': '维修人员',
  manager: '集团领导',
  administrator: '管理员',
};

export const UNIT_KINDS = {
  'service-centre': '客户服务中心',
  'card-meter': '卡表',
  sales: '营销',
  network: '管网',
  'water-quality': '水质',
  production: '制水',
  branch: '分公司',
} as const;

/** The audit log's codes; one that is not here is shown as it is. */
export const AUDIT_WORDS: Record<string, string> = {
  'signed-in': '登录',
  'sign-in-refused': '登录被拒',
  'signed-out-everywhere': '退出所有登录',
  'password-changed': '修改密码',
  'password-reset': '重设密码',
  'person-added': '添加人员',
  'person-changed': '修改人员',
  'person-signed-out': '强制退出',
  'unit-added': '添加单位',
  'unit-changed': '修改单位',
  'settings-changed': '修改设置',
  'number-revealed': '查看号码',
  'export-asked': '导出清单',
  'export-fetched': '下载清单',
  'token-made': '发放接口令牌',
  'token-rotated': '更换接口令牌',
  'token-revoked': '收回接口令牌',
  'receiver-added': '添加接收人',
  'receiver-changed': '修改接收人',
  'subscription-added': '添加通知规则',
  'subscription-removed': '删除通知规则',
  'mail-address-changed': '修改邮箱',
  'delivery-resent': '重发通知',
  'delivery-cancelled': '取消通知',
  'desk-password-renewed': '更换座机密码',
  'unit-phone-changed': '修改单位电话',
  'agent-end-wrap-up': '结束坐席整理',
  'report-sent': '发送报表',
  'report-schedule': '修改定时发送',
  'field-link-given': '发放个人链接',
  'field-link-withdrawn': '收回个人链接',
  'customers-imported': '导入客户',
  'customers-merged': '合并客户',
  'agent-ready': '结束坐席小休',
  'agent-sign-out': '签出坐席',
};
