import { type FC, useState } from "react";
// <- @import react:FC
// <- @import react:useState
import Button from "./Button";
// <- @import ./Button:default as Button

interface Props {
//        ^ @definition.interface
  title: string;
//^ @definition.property in Props
}

export const Panel: FC<Props> = ({ title }) => {
//           ^ @definition.function
//                  ^ @reference.type in Panel
//                     ^ @reference.type in Panel
  const [open, setOpen] = useState<boolean>(false);
//                        ^ @reference.call in Panel
  const toggle = () => setOpen(!open);
//      ^ @definition.function in Panel
//                     ^ @reference.call in Panel.toggle
  return (
    <Layout>
//   ^ @reference.class in Panel
      <Button onClick={toggle}>{title}</Button>
//     ^ @reference.class in Panel
      <ui.Icon />
    </Layout>
  );
};

export default function App(): JSX.Element {
//                      ^ @definition.function
//                                 ^ @reference.type in App
  return <Panel title="x" />;
//        ^ @reference.class in App
}
