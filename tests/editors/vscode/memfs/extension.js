// Files that are on no disk: what a virtual workspace is made of.
const vscode = require('vscode');

const FILES = new Map([
  ['/shop/cart.py', 'class Cart:\n    def __init__(self, items):\n        self.items = items\n\n    def count(self):\n\n'],
  ['/shop/README.md', '# Shop\n'],
]);

class Memory {
  changes = new vscode.EventEmitter();
  onDidChangeFile = this.changes.event;

  watch() {
    return new vscode.Disposable(() => undefined);
  }

  stat({ path }) {
    if (FILES.has(path)) {
      const size = Buffer.byteLength(FILES.get(path));
      return { type: vscode.FileType.File, ctime: 0, mtime: 0, size };
    }
    if ([...FILES.keys()].some((each) => each.startsWith(`${path.replace(/\/$/, '')}/`))) {
      return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    }
    throw vscode.FileSystemError.FileNotFound(path);
  }

  readDirectory({ path }) {
    const inside = [...FILES.keys()].filter((each) => each.startsWith(`${path}/`));
    return inside.map((each) => [each.slice(path.length + 1), vscode.FileType.File]);
  }

  readFile(uri) {
    this.stat(uri);
    return Buffer.from(FILES.get(uri.path));
  }

  writeFile(uri, content) {
    FILES.set(uri.path, Buffer.from(content).toString());
    this.changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  createDirectory() {}
  delete() {}
  rename() {}
}

exports.activate = (context) => {
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider('memfs', new Memory()));
};
