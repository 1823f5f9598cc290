import { Component, type ReactNode } from 'react';

/**
 * A page that breaks leaves the rest standing: the line, the phone and a call that is being talked stay, and the page
 * says what to do. A new version of the service ends up here too, when the page's old file is gone.
 */
export class PageFault extends Component<{ children: ReactNode }, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override render() {
    const { fault } = this.state;
    if (!fault) return this.props.children;
    return (
      <main className="notice" role="alert">
        <h1>这一页出错了</h1>
        <p>通话和已保存的内容不受影响。请先再试一次；不行就重新载入（通话中请等挂机后再载入）。</p>
        <p>
          <button type="button" onClick={() => this.setState({ fault: null })}>
            再试一次
          </button>
          {'　'}
          <button type="button" onClick={() => location.reload()}>
            重新载入
          </button>
        </p>
        <p className="quiet">{fault.message}</p>
      </main>
    );
  }
}
