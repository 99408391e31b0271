// The name of a stream, `cluster/kind`: where there is no room for it on one line it breaks between the two.

export function SessionName({ name }: { name: string }) {
  const slash = name.lastIndexOf('/') + 1
  return (
    <>
      {name.slice(0, slash)}
      <wbr />
      {name.slice(slash)}
    </>
  )
}
